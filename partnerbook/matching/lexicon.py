"""Words of company names that do not tell one company from another, and characters with twins.

Pure data. Every word is written as `names.parsed` sees it: NFKC, lower case, simplified Chinese.
"""

from __future__ import annotations

from types import MappingProxyType

_TWINS = (
    "萬万與与東东業业絲丝兩两嚴严豐丰臨临為为麗丽舉举義义樂乐喬乔習习鄉乡書书買买亂乱爭争雲云亞亚產产親亲億亿"
    "僅仅從从倉仓儀仪們们價价眾众優优會会傘伞偉伟傳传傷伤倫伦偽伪體体餘余傭佣債债傾倾償偿黨党蘭兰關关興兴養养"
    "獸兽內内岡冈冊册寫写軍军農农馮冯沖冲決决況况凍冻淨净準准涼凉減减湊凑幾几鳳凤憑凭凱凯擊击鑿凿芻刍劃划劉刘"
    "則则剛刚創创刪删別别劑剂劍剑劇剧勸劝辦办務务動动勵励勁劲勞劳勢势勻匀匯汇區区醫医華华協协單单賣卖盧卢衛卫"
    "廠厂廳厅歷历厲厉壓压縣县參参雙双發发變变疊叠葉叶號号嘆叹吳吴嗎吗啟启員员咖咖響响問问園园圍围國国圖图圓圆"
    "聖圣場场塊块堅坚壇坛壩坝墳坟墜坠壘垒牆墙壯壮聲声壺壶處处備备復复夠够頭头奪夺奮奋獎奖奧奥婦妇媽妈娛娱學学"
    "寧宁寶宝實实寵宠審审憲宪宮宫寬宽賓宾對对尋寻導导壽寿將将爾尔塵尘嘗尝層层屬属島岛嶺岭嶽岳峽峡幣币帥帅師师"
    "帳帐帶带幫帮幹干廣广莊庄慶庆庫库應应廟庙廢废開开異异張张彌弥彎弯彈弹強强歸归當当錄录徑径徹彻憶忆懷怀態态"
    "總总戀恋恆恒惡恶惠惠慣惯愛爱戰战戲戏戶户擴扩掃扫揚扬撫抚護护報报擔担擬拟據据擇择損损換换搖摇攜携數数斷断"
    "時时晉晋曉晓曆历暢畅術术機机殺杀雜杂權权條条來来楊杨極极構构槍枪標标樣样樹树橋桥檢检櫃柜欄栏歡欢歐欧殘残"
    "氣气漢汉湯汤溝沟沒没淚泪潔洁濟济測测瀏浏渾浑濃浓濤涛漣涟潤润漲涨淵渊漁渔滬沪灣湾濕湿滿满濱滨瀾澜燈灯靈灵"
    "災灾爐炉點点煉炼爍烁煙烟煩烦燒烧熱热環环現现瑪玛珍珍瓊琼電电畫画療疗監监盤盘礦矿碼码磚砖確确禮礼禱祷離离"
    "種种積积稱称穩稳穀谷窮穷競竞筆笔箋笺籠笼築筑簡简糧粮緊紧紅红約约級级紀纪純纯納纳紙纸紛纷線线練练組组細细"
    "織织終终經经結结給给絡络統统絹绢繼继續续維维綜综綠绿網网緣缘編编縮缩縱纵總总績绩繁繁羅罗聯联職职聰聪肅肃"
    "腦脑臺台台台艦舰藝艺節节蘇苏蘋苹藍蓝薦荐薩萨藥药蟲虫補补襯衬裝装複复見见觀观規规視视覽览覺觉計计訂订討讨"
    "訊讯記记設设許许訪访證证評评識识詞词試试話话誠诚該该詳详語语誤误說说請请諾诺課课調调談谈謀谋謝谢譯译議议"
    "讀读讓让財财責责質质貨货貿贸貴贵費费資资賽赛贏赢贊赞車车軌轨軟软軒轩輕轻載载輝辉輪轮輯辑輸输轉转辭辞邊边"
    "達达遷迁過过運运還还進进遠远連连適适選选遞递郵邮鄭郑醬酱釋释鐘钟鋼钢錢钱鐵铁銀银銅铜錦锦鍵键鏈链鏡镜長长"
    "門门閃闪閉闭閏闰間间閩闽聞闻閣阁隊队陽阳陰阴陳陈陸陆際际隨随險险隱隐雞鸡難难霧雾靜静韓韩頁页頂顶項项順顺"
    "須须預预領领頻频題题顏颜願愿類类顧顾風风飛飞飯饭飲饮館馆馬马馳驰駿骏驗验驅驱魚鱼鮮鲜鳥鸟鴻鸿鵬鹏鷹鹰麥麦"
    "黃黄齊齐齒齿龍龙龐庞騰腾遊游後后裡里雲云緻致採采鏢镖鋒锋鑫鑫鑽钻鉆钻鋁铝錫锡鍛锻鑄铸鏈链隸隶誼谊謙谦賢贤賀贺賜赐貝贝"
    "貢贡販贩貫贯貼贴費费賬账購购贈赠軸轴較较輔辅輛辆輻辐轄辖農农遙遥遜逊遼辽鄧邓鄰邻醞酝釀酿針针釣钓鈔钞鈴铃"
    "鉛铅鑑鉴鎮镇鎖锁鏟铲閥阀闊阔闢辟階阶隻只雛雏韌韧頂顶頸颈顆颗飾饰飽饱餅饼餐餐養养騎骑騰腾驚惊髮发鬥斗鬆松鱷鳄"
    "麵面點点黨党鼎鼎蒼苍鷺鹭鷗鸥鶴鹤鴨鸭鵝鹅鷲鹫"
    "製制膠胶纖纤飼饲碩硕詠咏緯纬陞升穎颖鈺钰銘铭錩锠鎂镁鋰锂鎳镍鈦钛鋅锌錳锰鉑铂鈉钠鉅钜鑲镶錠锭鋪铺"
    "鑰钥鍋锅鎢钨鐳镭鐸铎鑼锣鎧铠鍾钟齡龄漿浆澤泽灘滩滄沧渦涡溫温潛潜瀝沥瀘泸瀋沈滌涤滲渗濾滤灑洒營营"
    "燭烛燦灿狀状獨独獅狮獵猎獻献瑤瑶璣玑瑩莹甌瓯疇畴禦御祿禄稅税穫获窯窑範范篤笃籃篮籌筹籤签籬篱紋纹"
    "紗纱紐纽紹绍紳绅絨绒絕绝綏绥綢绸綱纲綵彩緒绪緹缇緩缓緞缎縫缝繡绣繞绕繪绘繳缴纜缆聽听膚肤膽胆臉脸"
    "艙舱莖茎萊莱葦苇蓋盖蓮莲蔣蒋蔥葱薑姜薔蔷蘆芦蘊蕴蘿萝虛虚螢萤蟬蝉蠟蜡蠶蚕衝冲襪袜襲袭觸触訓训託托"
    "診诊詢询詩诗詮诠誌志誕诞論论諧谐諮咨諸诸謹谨譜谱譽誉豎竖豔艳艷艳豬猪貞贞負负貸贷賦赋賴赖賺赚趙赵"
    "趨趋跡迹踐践躍跃輩辈轎轿迴回遲迟邏逻鄒邹釐厘鈕钮鉀钾鉤钩銳锐銷销錘锤鑒鉴閒闲閘闸閱阅闆板陝陕陣阵"
    "靚靓鞏巩頌颂頓顿頒颁頤颐額额顯显餃饺饋馈馭驭駐驻駕驾駱骆驛驿鬱郁魯鲁鯉鲤鯊鲨鯨鲸鯤鲲鰲鳌鳴鸣鴛鸳"
    "鴦鸯鵑鹃鹽盐鹹咸齋斋孫孙崗岗峯峰巖岩幟帜廬庐廈厦廂厢彙汇徵征愷恺懸悬拋抛捲卷掛挂揮挥撥拨擁拥擋挡"
    "攝摄攤摊敘叙曬晒楓枫榮荣槓杠樁桩樞枢樑梁樸朴橢椭橫横檔档櫻樱歲岁殼壳淺浅滾滚潯浔無无煥焕煒炜燁烨"
    "狹狭瑋玮璽玺畢毕畝亩盡尽礙碍窩窝筍笋箏筝篩筛絃弦繫系臘腊舊旧茲兹荊荆菸烟蓀荪蝦虾裏里褲裤証证譚谭"
    "讚赞賞赏賠赔躉趸軋轧違违釘钉釦扣鈣钙鉻铬銑铣鋸锯錶表鍍镀鎔熔鏽锈鑾銮閎闳闖闯隴陇雋隽霽霁韋韦韻韵"
    "颱台飄飘饒饶駛驶騏骐驊骅驪骊鮑鲍鰻鳗鱗鳞鴿鸽鵲鹊龜龟夾夹妝妆嬌娇嫻娴嬰婴屆届崢峥嶸嵘嵐岚彥彦悅悦"
    "撈捞撐撑擺摆攪搅攬揽晝昼曠旷棧栈棟栋棗枣樓楼檸柠檯台櫥橱汙污滅灭漸渐濛蒙燙烫熾炽牀床瑯琅璉琏瓏珑"
    "甦苏矚瞩礬矾禪禅簽签粵粤糾纠紡纺綽绰綺绮緋绯縈萦縉缙繕缮繽缤纓缨罈坛翹翘聶聂脈脉脫脱薈荟藺蔺襖袄"
    "覓觅諦谛謐谧貽贻贛赣踴踊蹤踪軾轼輥辊轅辕遺遗邁迈酈郦鈀钯鉚铆銓铨鋯锆錐锥鍊炼鍔锷鎬镐鏗铿閔闵闌阑"
    "闕阙霑沾颯飒飆飙饗飨駝驼驍骁魷鱿鳶鸢鶯莺鹵卤這这"
)
SIMPLIFIED = MappingProxyType(
    {ord(old): new for old, new in zip(_TWINS[::2], _TWINS[1::2], strict=True)}
)
"""Traditional -> simplified characters, as far as company names use them; for `str.translate`."""

_LEGAL_ENDINGS = (
    "集团股份有限公司 集团有限责任公司 集团有限公司 股份有限公司 有限责任公司 有限公司 "
    "集团公司 总公司 集团 公司 个体工商户 有限合伙 普通合伙 合伙企业 株式会社 合同会社 "
    "주식회사 유한회사"
)
LEGAL_ENDINGS = tuple(_LEGAL_ENDINGS.split())
"""Legal forms written without a space at either end of a Chinese, Japanese or Korean name."""

# Phrase -> countries in which it is used; an empty set says nothing of the country.
_PHRASES_OF = (
    (
        "",
        (
            "ltd|limited|co|company|corp|corporation|group|holding|holdings|"
            "co ltd|company limited|cpl|plc|the|and|international ltd|公司|"
            "group ltd"
        ),
    ),
    ("us", "inc|incorporated|llp|lp"),
    ("us ae sa qa om kw eg", "llc|l l c"),
    ("sg", "pte|pte ltd|private limited sg"),
    ("in pk", "pvt|pvt ltd|private ltd"),
    ("au za", "pty|pty ltd"),
    ("my", "sdn|bhd|sdn bhd|berhad"),
    ("id", "pt|tbk|persero"),
    ("de at ch", "gmbh|ag|kg|ohg|gmbh & co kg|& co kg|mbh|se|e k"),
    ("fr", "sas|sarl|eurl|sasu"),
    ("fr es ar mx br cl pe co ch lu be pt", "sa|s a"),
    ("es ar", "sl|s l|slu"),
    ("mx", "s a de c v|sa de cv|de cv|s de rl de cv|sapi"),
    ("br pt cl co", "ltda|limitada|eireli"),
    ("it", "srl|spa|s r l|s p a"),
    ("nl be", "bv|nv|b v|n v"),
    ("fi", "oy|oyj"),
    ("se", "ab|aktiebolag"),
    ("no dk", "as|asa|aps|a s"),
    ("tr", "anonim|sirketi|limited sirketi"),
    ("jp", "kk|k k|kabushiki kaisha|godo kaisha"),
    ("ae", "fze|fzco|fzc|fz|dmcc|fz llc|est"),
    ("ae qa bh kw sa om", "wll|w l l|pjsc|psc|psjc|jsc|spc|cjsc"),
    (
        "th",
        (
            "บริษัท|จำกัด|จํากัด|มหาชน|หจก|ห้างหุ้นส่วนจำกัด|ห้างหุ้นส่วนจํากัด|"
            "บจก|บมจ|public company limited|pcl|public co ltd"
        ),
    ),
    (
        "",
        ("شركة|مؤسسة|مجموعة|ش م م|ذ م م|ش ذ م م|المحدودة|محدودة|القابضة|م م ح|ش م ك|ش م ع|ذ م"),
    ),
)
LEGAL_PHRASES = MappingProxyType(
    {
        phrase: frozenset(countries.split())
        for countries, phrases in _PHRASES_OF
        for phrase in phrases.split("|")
    }
)

BRANCH_ENDINGS = (
    "分公司",
    "分行",
    "支行",
    "分店",
    "办事处",
    "代表处",
    "分部",
    "营业部",
    "分支机构",
    "门店",
)
_BRANCHES = "branch branches office store สาขา فرع filiale sucursal zweigniederlassung"
BRANCH_WORDS = frozenset(_BRANCHES.split())

# Region -> the country it lies in. Provinces and cities where companies say them in their names.
_CHINA = (
    "中国 北京 上海 天津 重庆 广东 江苏 浙江 山东 河南 河北 湖南 湖北 四川 福建 安徽 江西 陕西 "
    "山西 辽宁 吉林 黑龙江 云南 贵州 广西 海南 甘肃 青海 宁夏 新疆 西藏 内蒙古 深圳 广州 杭州 "
    "南京 苏州 成都 武汉 西安 青岛 大连 宁波 厦门 无锡 佛山 东莞 长沙 郑州 济南 合肥 福州 沈阳 "
    "哈尔滨 昆明 南昌 贵阳 太原 石家庄 南宁 珠海 中山 惠州 温州 常州 南通 嘉兴 绍兴 金华 泉州 "
    "烟台 徐州 扬州 义乌 昆山 china beijing shanghai tianjin chongqing guangdong jiangsu "
    "zhejiang shandong sichuan fujian shenzhen guangzhou hangzhou nanjing suzhou chengdu wuhan "
    "xian qingdao dalian ningbo xiamen dongguan changsha zhengzhou prc"
)
REGIONS_OF = {
    "hk": "香港 hongkong hk kowloon",
    "mo": "澳门 macau macao",
    "tw": "台湾 台北 taiwan taipei",
    "sg": "新加坡 singapore sg",
    "my": "马来西亚 malaysia kualalumpur",
    "th": "泰国 曼谷 thailand bangkok ไทย ประเทศไทย ไทยแลนด์ กรุงเทพ",
    "id": "印尼 印度尼西亚 indonesia jakarta",
    "vn": "越南 vietnam hanoi",
    "ph": "菲律宾 philippines manila",
    "jp": "日本 东京 japan tokyo",
    "kr": "韩国 korea seoul",
    "in": "印度 india mumbai delhi",
    "pk": "巴基斯坦 pakistan karachi",
    "ae": "阿联酋 迪拜 uae dubai abudhabi emirates الإمارات دبي أبوظبي",
    "sa": "沙特 saudi saudiarabia ksa riyadh jeddah السعودية الرياض جدة",
    "qa": "卡塔尔 qatar doha قطر",
    "kw": "科威特 kuwait الكويت",
    "eg": "埃及 egypt cairo مصر القاهرة",
    "tr": "土耳其 turkey turkiye istanbul",
    "za": "南非 southafrica johannesburg",
    "ke": "肯尼亚 kenya nairobi",
    "ng": "尼日利亚 nigeria lagos",
    "de": "德国 germany deutschland berlin munich muenchen hamburg frankfurt",
    "fr": "法国 france paris",
    "gb": "英国 uk unitedkingdom london britain",
    "es": "西班牙 spain madrid espana",
    "it": "意大利 italy italia milan",
    "nl": "荷兰 netherlands amsterdam holland",
    "pt": "葡萄牙 portugal lisbon",
    "us": "美国 usa america newyork california",
    "mx": "墨西哥 mexico",
    "br": "巴西 brazil brasil saopaulo",
    "cl": "智利 chile santiago",
    "co": "哥伦比亚 colombia bogota",
    "pe": "秘鲁 peru lima",
    "ar": "阿根廷 argentina buenosaires",
    "au": "澳大利亚 澳洲 australia sydney melbourne",
    "asia": "亚太 亚洲 asia asiapacific apac",
    "eu": "欧洲 europe emea",
    "me": "中东 middleeast",
}
REGIONS = MappingProxyType(
    {
        **dict.fromkeys(_CHINA.split(), "cn"),
        **{word: country for country, words in REGIONS_OF.items() for word in words.split()},
    }
)
SAME_REGION = MappingProxyType(
    {
        "beijing": "北京", "shanghai": "上海", "tianjin": "天津", "chongqing": "重庆",
        "shenzhen": "深圳", "guangzhou": "广州", "hangzhou": "杭州", "nanjing": "南京",
        "suzhou": "苏州", "chengdu": "成都", "wuhan": "武汉", "china": "中国", "prc": "中国",
        "hongkong": "香港", "hk": "香港", "singapore": "新加坡", "sg": "新加坡", "uk": "英国",
        "unitedkingdom": "英国", "britain": "英国", "uae": "阿联酋", "emirates": "阿联酋",
        "الإمارات": "阿联酋", "دبي": "迪拜", "dubai": "迪拜", "saudi": "沙特", "ksa": "沙特",
        "saudiarabia": "沙特", "السعودية": "沙特", "thailand": "泰国", "ไทย": "泰国",
        "ประเทศไทย": "泰国", "ไทยแลนด์": "泰国", "印度尼西亚": "印尼", "indonesia": "印尼",
        "deutschland": "德国", "germany": "德国", "turkiye": "土耳其", "turkey": "土耳其",
        "brasil": "巴西", "brazil": "巴西", "malaysia": "马来西亚", "japan": "日本",
        "usa": "美国", "america": "美国", "澳洲": "澳大利亚", "australia": "澳大利亚",
        "macao": "澳门", "macau": "澳门", "taiwan": "台湾", "korea": "韩国", "mexico": "墨西哥",
        "italia": "意大利", "italy": "意大利", "espana": "西班牙", "spain": "西班牙",
        "holland": "荷兰", "netherlands": "荷兰",
    }
)  # fmt: skip
"""A region's other names -> one name, where two languages meet."""

_TRADES = (
    "信息技术 信息科技 网络科技 网络技术 软件技术 电子商务 电子科技 智能科技 智能技术 生物科技 "
    "生物技术 医药科技 教育科技 文化传媒 国际贸易 进出口贸易 供应链管理 企业管理 投资管理 "
    "人力资源 新能源 新材料 物联网 大数据 云计算 数据科技 数字科技 科技 技术 软件 网络 信息 "
    "数据 数码 电子 电器 电气 通信 通讯 贸易 商贸 实业 工业 制造 机械 建设 建筑 工程 装饰 物流 "
    "货运 运输 供应链 投资 资本 基金 证券 保险 银行 金融 咨询 顾问 管理 服务 传媒 广告 文化 "
    "教育 培训 旅游 酒店 餐饮 食品 饮料 医药 医疗 制药 生物 化工 材料 能源 电力 石油 环保 农业 "
    "渔业 地产 房地产 置业 物业 汽车 航空 服饰 服装 纺织 家具 家居 百货 零售 超市 商业 发展 "
    "开发 控股 游戏 娱乐 体育 设计 检测 安防 智能 光电 半导体 仪器 设备 五金 塑料 包装 印刷 "
    "玩具"
)
TRADES = tuple(_TRADES.split())
"""What a Chinese company does, as its name says it; two trades are two companies."""

SHORT_WORDS = MappingProxyType(
    {
        "intl": "international", "int'l": "international", "tech": "technology",
        "technologies": "technology", "technol": "technology", "svc": "services",
        "svcs": "services", "service": "services", "sys": "systems", "system": "systems",
        "mfg": "manufacturing", "mgmt": "management", "eng": "engineering", "engg": "engineering",
        "bros": "brothers", "assoc": "associates", "dev": "development", "trdg": "trading",
        "info": "information", "elec": "electronics", "electronic": "electronics",
        "comm": "communications", "communication": "communications", "solution": "solutions",
        "soln": "solutions", "logistic": "logistics", "ind": "industries",
        "industry": "industries", "indl": "industrial", "natl": "national", "univ": "university",
        "network": "networks", "product": "products", "prod": "products", "lab": "laboratories",
        "labs": "laboratories", "laboratory": "laboratories", "dept": "department",
        "st": "saint", "&": "and", "und": "and", "et": "and", "y": "and",
        "software": "software", "enterprise": "enterprises",
    }
)  # fmt: skip

_CONTRASTS = (
    "east west north south central upper lower first second third fourth new old i ii iii iv v vi "
    "vii viii ix x one two three four five six seven eight nine ten senior junior"
)
CONTRASTS = frozenset(_CONTRASTS.split())
"""Words that are written alike or stand alike, and tell two companies apart."""
