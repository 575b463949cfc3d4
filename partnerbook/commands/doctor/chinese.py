"""What the doctor's lines say in Chinese, by what they say in English. Pure."""

from __future__ import annotations

CHINESE: dict[str, str] = {
    # How a line begins.
    "fine": "正常",
    "note": "注意",
    "finding": "问题",
    "skipped": "跳过",
    "Packages": "软件包",
    "Versions": "版本",
    "Home folder": "主目录",
    "Settings": "设置",
    "Keyring": "密钥环",
    "Proxy": "代理",
    "Store": "存储",
    "Partner Center": "伙伴中心",
    "Reachability": "连接",
    "Clock": "时钟",
    "Key": "密钥",
    "Customer API": "客户接口",
    "Partner ID": "伙伴ID",
    "Quota": "配额",
    "Paging": "分页",
    "Paging: page size": "分页：每页数量",
    "Paging: order": "分页：顺序",
    "Paging: ties": "分页：并列",
    "Paging: pages": "分页：各页",
    "Paging: page beyond the last": "分页：末页之后",
    "Paging: count": "分页：总数",
    "Paging: nobody found": "分页：查无客户",
    "Paging: time filter": "分页：时间筛选",
    "Paging: letter case": "分页：大小写",
    "Paging: values": "分页：字段值",
    # Any check.
    "the settings cannot be read": "无法读取设置",
    "no customer API answers": "没有客户接口应答",
    "the check itself failed ({})": "检查本身失败（{}）",
    "run `partnerbook doctor --bundle doctor.zip` and mail the file": (
        "请运行 `partnerbook doctor --bundle doctor.zip` 并用邮件发送该文件"
    ),
    "try again, then mail a bundle": "请重试；若仍如此，请用邮件发送诊断包",
    # This machine.
    "{} at {} on {}": "{}，位于 {}，系统 {}",
    "{}, all from {}": "{}，均来自 {}",
    "the package {!r} comes from {}, not from {}": "软件包 {!r} 来自 {}，而不是 {}",
    "nowhere": "未知位置",
    (
        "install Partnerbook into an environment of its own, and keep files and folders of that "
        "name off Python's path"
    ): "请将 Partnerbook 安装到单独的环境，并使 Python 路径上没有同名的文件和文件夹",
    "{} is no folder that can be written to": "{} 不是可写入的文件夹",
    "set PARTNERBOOK_HOME to one that can": "请将 PARTNERBOOK_HOME 设为可写入的文件夹",
    "{}, not made yet": "{}，尚未创建",
    "{} in profile {}": "配置 {1} 中的 {0}",
    "{} holds secrets in plain text: {}": "{} 以明文保存密钥：{}",
    (
        "run `partnerbook login` for keys, set the others in the environment, and delete them there"
    ): "密钥请运行 `partnerbook login`，其余请设为环境变量，并从该文件中删除",
    "{} can be read by others": "他人可以读取 {}",
    "run: {}": "请运行：{}",
    "{} ({})": "{}（{}）",
    "environment": "环境变量",
    "profile {}": "配置 {}",
    "keyring, named by profile {}": "密钥环，由配置 {} 指定",
    "not set: {}; set: {}": "未设置：{}；已设置：{}",
    "nothing": "无",
    "run `partnerbook login`, or set them in the environment": (
        "请运行 `partnerbook login`，或设置环境变量"
    ),
    "{} cannot be made": "无法创建 {}",
    "set PARTNERBOOK_STORE or PARTNERBOOK_HOME to a place that can be written to": (
        "请将 PARTNERBOOK_STORE 或 PARTNERBOOK_HOME 设为可写入的位置"
    ),
    "{}, not made yet: the first listing makes it": "{}，尚未创建，首次列出客户时创建",
    "{} database": "{} 数据库",
    "{} is damaged: {} faults": "{} 已损坏：{} 处",
    "run `partnerbook store check`, then restore a backup or a `store export`": (
        "请运行 `partnerbook store check`，再恢复备份或 `store export` 的导出"
    ),
    "{} opens and is sound": "{} 可以打开，完好",
    "PARTNERBOOK_PROXY is used: {}": "使用 PARTNERBOOK_PROXY：{}",
    "{} ignored: requests go straight to Partner Center": "忽略 {}：请求直接发往伙伴中心",
    "where only a proxy leads out, set PARTNERBOOK_PROXY": (
        "如只能通过代理上网，请设置 PARTNERBOOK_PROXY"
    ),
    "none set, none used": "未设置，不使用",
    "{}; the environment serves as well": "{}；也可使用环境变量",
    "this system has no keyring to keep keys in": "本系统没有可保存密钥的密钥环",
    "the system's keyring cannot be used": "无法使用系统的密钥环",
    "{}, {}": "{}，{}",
    "holds this profile's keys": "保存着此配置的密钥",
    "there; not used now": "可用；目前未使用",
    # Partner Center.
    "Partner Center cannot be reached": "无法连接伙伴中心",
    "no key was accepted": "没有密钥被接受",
    "{} of {} requests were refused as too many{}": "{1} 次请求中有 {0} 次因过多被拒绝{2}",
    "see what else uses these keys; more calls a second need a ticket to the vendor": (
        "请查看还有什么在使用这些密钥；如需每秒更多调用，请向供应商提交工单"
    ),
    "no request was refused; 10 a second are documented and kept to": (
        "没有请求被拒绝；遵守文档规定的每秒 10 次"
    ),
    "nothing was answered": "没有任何应答",
    "check the network, PARTNERBOOK_ENDPOINT, and whether only a proxy leads out": (
        "请检查网络、PARTNERBOOK_ENDPOINT，以及是否只能通过代理上网"
    ),
    "{} takes connections": "{} 可以连接",
    "{} answers with a web page (HTTP {})": "{} 返回的是网页（HTTP {}）",
    "check PARTNERBOOK_ENDPOINT, and whether a login page or proxy stands between": (
        "请检查 PARTNERBOOK_ENDPOINT，以及中间是否有登录页或代理"
    ),
    "{} answers in {:.0f} ms": "{} 在 {:.0f} 毫秒内应答",
    "the certificate is trusted, and names this host": "证书可信，且与主机名一致",
    "not used: the endpoint is this machine itself": "未使用：终端节点就是本机",
    "the server does not tell its time": "服务器未告知时间",
    "{:.0f} s off Partner Center's": "与伙伴中心相差 {:.0f} 秒",
    "behind": "慢",
    "ahead of": "快",
    "; signatures are refused": "；签名会被拒绝",
    "this machine's clock is {:.0f} s {} Partner Center's{}": "本机时钟比伙伴中心{1} {0:.0f} 秒{2}",
    "set the clock; Partnerbook corrects its signatures meanwhile": (
        "请校准时钟；在此之前 Partnerbook 会校正其签名"
    ),
    "accepted": "已被接受",
    "no API said anything about it": "没有接口对其作出应答",
    (
        "sub-customers is closed: {}; so manager, level, frozen, e-mail and the partner's own ID "
        "of customers are not known"
    ): "sub-customers 不可用：{}；因此客户经理、级别、冻结、邮箱和伙伴侧ID未知",
    (
        "give the key's user the permission item BPC_ITEM_SUBCUSTSERV_010100 or "
        "BPC_ITEM_SUBCUSTSERV_010500"
    ): ("请为密钥所属用户授予权限项 BPC_ITEM_SUBCUSTSERV_010100 或 BPC_ITEM_SUBCUSTSERV_010500"),
    "detail is closed, and not used: {}": "detail 不可用，也未使用：{}",
    "; {} answers too": "；{} 也有应答",
    "{} answers and is used{}": "{} 有应答，正在使用{}",
    "none answers": "没有接口应答",
    "set PARTNERBOOK_API to auto": "请将 PARTNERBOOK_API 设为 auto",
    "not set": "未设置",
    "PARTNERBOOK_IAM_ENDPOINT is not this endpoint's": (
        "PARTNERBOOK_IAM_ENDPOINT 与此终端节点不对应"
    ),
    "IAM does not say whose keys these are ({})": "IAM 未说明密钥属于谁（{}）",
    "it is the account that the keys belong to": "与密钥所属账号一致",
    "the keys belong to another account": "密钥属于另一个账号",
    (
        "set PARTNERBOOK_PARTNER_ID to the account ID in My Credentials of the partner's account"
    ): "请将 PARTNERBOOK_PARTNER_ID 设为伙伴账号“我的凭证”中的账号ID",
    # Errors that are common here; others stay English, as they do everywhere.
    "{}{}": "{}{}",
    "{}: {}": "{}：{}",
    (
        "run `partnerbook login`, or set them in the environment, or try `partnerbook demo`, "
        "which needs none"
    ): "请运行 `partnerbook login`，或设置环境变量；`partnerbook demo` 无需密钥，可先试用",
    "the connection broke": "连接中断",
    "no such host": "没有这个主机",
    "connection refused": "连接被拒绝",
    "no connection in time": "连接超时",
    "no answer in time": "应答超时",
    "the proxy does not answer": "代理无应答",
    "the server's certificate is not trusted": "服务器的证书不可信",
    (
        "check PARTNERBOOK_ENDPOINT, this machine's clock, and whether a proxy stands between"
    ): "请检查 PARTNERBOOK_ENDPOINT、本机时钟，以及中间是否有代理",
    "no encrypted connection could be made": "无法建立加密连接",
    "check PARTNERBOOK_ENDPOINT and whether a proxy stands between": (
        "请检查 PARTNERBOOK_ENDPOINT，以及中间是否有代理"
    ),
    "Partner Center does not accept the key or its signature": "伙伴中心不接受此密钥或其签名",
    "check PARTNERBOOK_AK and PARTNERBOOK_SK": "请检查 PARTNERBOOK_AK 和 PARTNERBOOK_SK",
    "Partner Center does not accept the token or login": "伙伴中心不接受此令牌或登录",
    "Partner Center denies access to this list": "伙伴中心拒绝访问此列表",
    (
        "check PARTNERBOOK_PARTNER_ID, that the key or token is the partner's own and not a "
        "customer's, and its permissions"
    ): "请检查 PARTNERBOOK_PARTNER_ID、密钥或令牌是否属于伙伴而非客户，以及其权限",
    "check PARTNERBOOK_ENDPOINT": "请检查 PARTNERBOOK_ENDPOINT",
    # How the API pages.
    "the first page could not be read": "无法读取第一页",
    "{} asked, {} came": "请求 {} 个，返回 {} 个",
    "tell the developers: mail a bundle": "请告知开发者：用邮件发送诊断包",
    "{} customers asked, {} came, of {}": "请求 {} 个客户，返回 {} 个，共 {} 个",
    "{}: the server caps its pages": "{}：服务器限制了每页数量",
    "nothing to do: Partnerbook learns the cap; listings take more requests": (
        "无需处理：Partnerbook 会获知上限；列出客户需要更多请求"
    ),
    "it is an error (HTTP {} {}); met": "返回错误（HTTP {} {}）；已应对",
    "it is empty": "为空",
    "it is page one again; met: the walk goes by count and customer IDs": (
        "又是第一页；已应对：按总数和客户ID读取"
    ),
    "it holds customers that page one does not": "含有第一页没有的客户",
    "run it again, mail a bundle": "请重新运行，并用邮件发送诊断包",
    "asked for those who joined in 1971, the API lists customers: it did not filter": (
        "查询 1971 年关联的客户，接口仍返回客户：未作筛选"
    ),
    "do not rely on --since and --until here; mail a bundle": (
        "此处请勿依赖 --since 和 --until；请用邮件发送诊断包"
    ),
    "it comes as {}; met": "返回{}；已应对",
    "an empty body": "空内容",
    "an empty list": "空列表",
    "null": " null",
    "no list at all": "无列表的内容",
    "no customer with an association time was seen": "未见到有关联时间的客户",
    "both ends are included, and the time shown is the one it uses": (
        "包含起止两端，且使用的就是所显示的时间"
    ),
    "included": "包含在内",
    "not included": "不包含在内",
    (
        "its first second is {}, its last {}; met: a second more is asked for at each end. The "
        "time shown is the one it uses"
    ): "首秒{}，末秒{}；已应对：前后各多查一秒。使用的就是所显示的时间",
    "a customer is not found at the time that is shown: the API filters by another time": (
        "按所显示的时间查不到客户：接口按另一时间筛选"
    ),
    "read --since and --until as the API's own association time; the column shows another": (
        "--since 和 --until 指接口自己的关联时间；列中显示的是另一时间"
    ),
    "no account name with letters a to z was seen": "未见到含字母 a 至 z 的账号名",
    "an account name is found in either case": "账号名不区分大小写",
    "an account name is found only in its own case": "账号名区分大小写",
    "write --account and --company as the names are written": (
        "请按名称原有的大小写填写 --account 和 --company"
    ),
    "cannot be told: the customer asked about is not on the page": (
        "无法判断：所查的客户不在该页中"
    ),
    "all of the promised types ({} answers)": "类型均符合约定（{} 次应答）",
    # Order and count.
    "association time, newest first": "关联时间，最新在前",
    "association time, oldest first": "关联时间，最早在前",
    "association time": "关联时间",
    "account name": "账号名",
    "customer ID": "客户ID",
    "association type": "关联类型",
    "fewer than two customers": "不足两个客户",
    "no order that can be recognised": "看不出顺序",
    "; somebody joined or left meanwhile": "；其间有客户加入或离开",
    "by {}, the same in two reads{}": "按{}，两次读取一致{}",
    "{}, but the same in two reads{}": "{}，但两次读取一致{}",
    "two reads of page one differ ({})": "两次读取第一页不一致（{}）",
    "nothing to do: Partnerbook cuts such lists into time slices, which need no order": (
        "无需处理：Partnerbook 将此类列表按时间段读取，不依赖顺序"
    ),
    "{} customers of page one came on page two again": "第一页的 {} 个客户在第二页重复出现",
    "nothing to do: Partnerbook counts customers by ID, and proves with a second pass": (
        "无需处理：Partnerbook 按客户ID计数，并再读一遍加以证明"
    ),
    "nobody of page one came on page two again": "第一页的客户未在第二页重复出现",
    "without an order there are no ties": "没有顺序，也就没有并列",
    "no two customers of page one have the same {}": "第一页没有两个客户的{}相同",
    "{} customers are alike, in the same order in two reads": "{} 个客户并列，两次读取顺序一致",
    "{} customers are alike and change places between two reads": (
        "{} 个客户并列，两次读取顺序不同"
    ),
    "nothing to do: Partnerbook proves lists with two passes, or with time slices": (
        "无需处理：Partnerbook 通过两遍读取或时间段证明列表完整"
    ),
    "page {} counts {} and holds {}, not {}": "第 {} 页称总数为 {}，含 {} 个，应为 {} 个",
    "page {} holds a customer twice": "第 {} 页含有重复的客户",
    "page {} counts {} and holds {} more": "第 {} 页称总数为 {}，却另含 {} 个",
    "it is missing in {} of {} answers with customers": "在 {1} 次含客户的应答中有 {0} 次缺失",
    "it is that of the page, not of the list: page one says {}": (
        "是该页的数量而非列表总数：第一页为 {}"
    ),
    "listings here cannot be proven complete; mail a bundle": (
        "此处的列表无法证明完整；请用邮件发送诊断包"
    ),
    "{} customers asked, {} came, without a count of all": (
        "请求 {} 个客户，返回 {} 个，未告知总数"
    ),
    "no count says which page is the last": "没有总数可判断哪一页是末页",
    "asked for those who joined in 1971, the API counts {} and lists nobody": (
        "查询 1971 年关联的客户，接口称有 {} 个但未列出"
    ),
    "tell the vendor, mail a bundle": "请告知供应商，并用邮件发送诊断包",
    "the API did not filter by time": "接口未按时间筛选",
    " (and {} more)": "（另有 {} 处）",
    "it contradicts the pages: {}{}": "与各页不符：{}{}",
    "listings here say 'at most n missing'; tell the vendor, mail a bundle": (
        "此处的列表会注明“最多缺 n 个”；请告知供应商，并用邮件发送诊断包"
    ),
    "{} to {} within {} answers, each right for its page: the list changes while it is read": (
        "{2} 次应答中为 {0} 至 {1}，各与其页相符：列表在读取期间有变化"
    ),
    "{}, right in {} answers": "{}，{} 次应答均相符",
}
"""Patterns and texts of `partnerbook.commands.doctor.lines`; rooms above add their own."""
