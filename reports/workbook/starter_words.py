"""What the starter workbook says, in English and Chinese."""

# ruff: noqa: E501  sentences stand whole, so that the two languages can be compared

from __future__ import annotations

from partnerbook.wording import Language

WORDS: dict[str, dict[Language, str]] = {
    "title": {"en": "Customers", "zh": "客户"},
    "subject": {"en": "The book of customers of a cloud partner", "zh": "云伙伴的客户名册"},
    "change": {"en": "Change", "zh": "变化"},
    "status": {
        "en": "Not refreshed yet. In Excel: Partnerbook > Refresh sheet. Without Excel: "
        "partnerbook excel refresh with the name of this file.",
        "zh": "尚未刷新。在 Excel 中：Partnerbook > 刷新本表；不用 Excel 时："
        "partnerbook excel refresh 加本文件名。",
    },
    "filters": {"en": "Filters", "zh": "筛选条件"},
    "filters hint": {
        "en": "Whom to list; empty rows ask for everybody.",
        "zh": "列出哪些客户；全部留空即列出所有客户。",
    },
    "own columns": {
        "en": "Columns of your own: type a heading right of the last one. Notes stay with their "
        "customer.",
        "zh": "自己的列：在最后一列右侧输入标题即可，备注始终跟随其客户。",
    },
    "account": {"en": "part of the account name", "zh": "账号名的一部分"},
    "company": {"en": "part of the company name", "zh": "公司名称的一部分"},
    "label": {
        "en": "part of the label, exact case; add rows named label for any of several",
        "zh": "标签的一部分，区分大小写；可加多行 label，满足任一即可",
    },
    "association": {"en": "choose", "zh": "请选择"},
    "since": {"en": "associated on this day or later (UTC)", "zh": "关联日期不早于（UTC）"},
    "until": {"en": "associated on this day or earlier (UTC)", "zh": "关联日期不晚于（UTC）"},
    "phone": {"en": "part of the telephone number", "zh": "电话号码的一部分"},
    "manager": {"en": "part of the account manager's name", "zh": "客户经理名称的一部分"},
    "status hint": {"en": "choose; of the verification", "zh": "请选择；实名认证状态"},
    "country": {"en": "0086, 86 or +86", "zh": "0086、86 或 +86"},
    "id": {"en": "one whole customer ID", "zh": "完整的客户ID"},
    "frozen": {"en": "choose", "zh": "请选择"},
    "level": {"en": "V0 to V5", "zh": "V0 至 V5"},
    "Customers": {
        "en": "the filters and the list; your notes beside it",
        "zh": "筛选条件与客户列表，旁边是您的备注",
    },
    "Parked notes": {
        "en": "notes of customers who left the list, and notes in doubt",
        "zh": "离开列表的客户的备注，以及存疑的备注",
    },
    "Refresh log": {
        "en": "one line for each refresh, the last 1,000",
        "zh": "每次刷新一行，保留最近 1,000 行",
    },
    "history": {"en": "History", "zh": "历史"},
    "history said": {
        "en": "What changed appears here from the second refresh on.",
        "zh": "自第二次刷新起，变更显示于此。",
    },
    "Customer history": {
        "en": "what changed with each customer of the list, the newest first",
        "zh": "列表中每个客户的变更，最新在前",
    },
    "choose error": {
        "en": "Choose from the list, or leave it empty.",
        "zh": "请从列表选择，或留空。",
    },
    "date error": {
        "en": "A date such as 2026-03-31, or empty.",
        "zh": "日期，如 2026-03-31，或留空。",
    },
}

PARKED: dict[Language, tuple[str, ...]] = {
    "en": ("Customer ID", "Column", "Value", "Reason", "Date"),
    "zh": ("客户ID", "列", "值", "原因", "日期"),
}
HISTORY: dict[Language, tuple[str, ...]] = {
    "en": ("Customer ID", "Name", "When (UTC)", "What changed"),
    "zh": ("客户ID", "名称", "时间 (UTC)", "变更内容"),
}
LOG: dict[Language, tuple[str, ...]] = {
    "en": (
        "As of (UTC)", "Account", "Filters", "Fingerprint", "Customers", "May miss", "Joined",
        "Left", "Changed", "Notes parked", "Notes back", "In doubt", "Who left",
    ),
    "zh": (
        "截至 (UTC)", "伙伴账号", "筛选条件", "指纹", "客户数", "可能缺少", "新增", "离开", "变更",
        "寄存备注", "归还备注", "存疑", "离开的客户",
    ),
}  # fmt: skip
ABOUT: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Refresh", "Asks Partner Center for the list and puts it into the table CustomerList. Rows that are new, changed or doubtful are marked in the column Change until the next refresh."),
        ("Your notes", "Write them into columns of your own, inside the table or right of it. They stay with their customer, whatever is sorted or filtered. Our columns are written afresh each time."),
        ("A customer leaves", "Its notes go to the sheet Parked notes, and come back with the customer."),
        ("History", "A customer ID that is a link leads to what changed with that customer, on the sheet Customer history. Each refresh brings it up to date from the store."),
        ("In doubt", "When a customer ID stands in two rows or was typed over, nothing is guessed: the notes of those rows wait on Parked notes with the reason."),
        ("The status line", "How many customers, whether the list is exact or how many may be missing, as of when, and the fingerprint of the question: equal letters, equal question. Below it, how old the list is by now."),
        ("Stops", "A refresh asks first when more than a fifth of the list would go, when filters or account changed, or when the list is not exact."),
        ("Move things", "Sheets, tables and ranges are found by their names: CustomerList, pb_filters, pb_status. Move them, reorder columns, hide what you do not need; keep the names and our headings."),
        ("Functions", "With the add-in on Windows. They read the last listing and never wait for the network:"),
        ("=CUSTOMERS(pb_filters)", "Lists the customers that the filter block asks for; without an argument everybody, with a view's name that view."),
        ("=CUSTOMERCOUNT(pb_filters)", "How many they are."),
        ('=CUSTOMERFIELD(A22,"Label")', "One field of one customer, or of a whole range of IDs at once; a date as third argument: as it was then."),
        ('=CUSTOMERFIND("Acme")', "The ID of the customer that a name means; #several and their number when it is not certain, never a guess."),
        ("=CUSTOMERCHANGES(,DATE(2026,3,1))", "What changed since a day: who joined, left, came back, and which fields."),
        ("=CUSTOMERSASOF(DATE(2026,3,31))", "The list as it was at the end of a day (UTC)."),
        ("=CUSTOMERSTATUS()", 'How many, as of when, and whether the list is exact; "error" says what went wrong last.'),
        ("Undo", "The last five refreshes can be taken back, notes typed since are kept: the button Undo, or partnerbook excel undo with the name of this file."),
        ("Hand over", "The button Freeze to values, or partnerbook excel freeze, makes a copy with values in place of functions, without connections and macros."),
    ),
    "zh": (
        ("刷新", "向伙伴中心查询客户列表并写入表 CustomerList。新增、变更或存疑的行在“变化”列中标出，直到下次刷新。"),
        ("您的备注", "写在自己的列中，表内或表右侧均可。无论如何排序、筛选，备注始终跟随其客户。我们的列每次都会重写。"),
        ("客户离开", "其备注移到工作表 Parked notes，客户回来时一并归还。"),
        ("历史", "带链接的客户ID 指向工作表 Customer history 中该客户的变更，每次刷新时由存储更新。"),
        ("存疑", "客户ID重复或被改写时不作猜测：这些行的备注连同原因留在 Parked notes。"),
        ("状态行", "客户数、列表是否完整或最多可能缺少几个、截至时间，以及查询的指纹：字母相同即查询相同。其下方显示列表至今的时长。"),
        ("暂停", "若列表将减少五分之一以上、筛选条件或账号有变、或列表不完整，刷新前会先询问。"),
        ("移动", "工作表、表和区域按名称查找：CustomerList、pb_filters、pb_status。可移动、调整列序、隐藏；请保留名称和我们的标题。"),
        ("函数", "在 Windows 上配合加载项使用。读取最近一次的列表，从不等待网络："),
        ("=CUSTOMERS(pb_filters)", "列出筛选条件所选的客户；不带参数为全部客户，给出视图名称则为该视图。"),
        ("=CUSTOMERCOUNT(pb_filters)", "其数量。"),
        ('=CUSTOMERFIELD(A22,"标签")', "一个客户、或一列客户ID的某个字段；第三个参数为日期时取当日的值。"),
        ('=CUSTOMERFIND("Acme")', "名称所指客户的ID；不能确定时显示 #several 及个数，从不猜测。"),
        ("=CUSTOMERCHANGES(,DATE(2026,3,1))", "自某日以来的变化：新增、离开、回归，以及变更的字段。"),
        ("=CUSTOMERSASOF(DATE(2026,3,31))", "某日结束时（UTC）的列表。"),
        ("=CUSTOMERSTATUS()", '客户数、截至时间、列表是否完整；参数 "error" 显示最近的错误。'),
        ("撤销", "最近五次刷新可以撤销，其后所写的备注会保留：按钮“撤销刷新”，或 partnerbook excel undo 加本文件名。"),
        ("移交", "按钮“固化为值”或 partnerbook excel freeze 生成副本：函数转为值，不含连接和宏。"),
    ),
}  # fmt: skip
