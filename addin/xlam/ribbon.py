"""The ribbon: one tab, its groups and buttons, in English and Chinese. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from partnerbook.wording import Language

LOADED = "PartnerbookLoaded"
"""Callback that Excel calls once, when it has loaded the ribbon."""

NAMESPACE = "http://schemas.microsoft.com/office/2006/01/customui"

_TAB_KEY = "C"  # customers; none of Excel's own tabs starts with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button of the ribbon.

    Attributes:
        entry: Function of `addin.buttons` that it calls.
        group: Key of the group it stands in.
        icon: Name of one of Office's own pictures, in the imageMso table of [MS-CUSTOMUI].
        key: Key tip: the letters that press it after Alt and those of the tab.
        large: Whether it is a large one.
        label: What it is called.
        tip: What it does, in a sentence.
    """

    entry: str
    group: str
    icon: str
    key: str
    large: bool = False
    label: dict[Language, str]
    tip: dict[Language, str]

    @property
    def callback(self) -> str:
        """Name of the VBA procedure that Excel calls."""
        return "Press" + "".join(part.title() for part in self.entry.split("_"))


GROUPS: dict[str, dict[Language, str]] = {
    "list": {"en": "Customer list", "zh": "客户列表"},
    "look": {"en": "Look up", "zh": "查看"},
    "hand": {"en": "Hand over", "zh": "移交"},
    "help": {"en": "Help", "zh": "帮助"},
}

BUTTONS = (
    Button(
        entry="refresh_sheet",
        group="list",
        icon="Refresh",
        key="R",
        large=True,
        label={"en": "Refresh sheet", "zh": "刷新本表"},
        tip={
            "en": "Brings the customer list of this workbook up to date. Your notes stay beside "
            "their customers. Asks first when something looks wrong. Esc stops it "
            "(Windows).",
            "zh": "更新本工作簿的客户列表，您的备注始终跟随客户。若有异常会先询问。按 Esc "
            "可停止（Windows）。",
        },
    ),
    Button(
        entry="refresh_all",
        group="list",
        icon="RefreshAll",
        key="A",
        label={"en": "Refresh all", "zh": "全部刷新"},
        tip={
            "en": "Brings the customer lists of all open workbooks up to date, asking Partner "
            "Center once for each question. What looks wrong is left as it is and named.",
            "zh": "更新所有打开的工作簿中的客户列表，相同的查询只向伙伴中心查询一次。有异常的保"
            "持不变并列出。",
        },
    ),
    Button(
        entry="preview",
        group="list",
        icon="FilePrintPreview",
        key="P",
        label={"en": "Preview", "zh": "预览"},
        tip={
            "en": "Says what a refresh would change. Writes nothing.",
            "zh": "说明刷新会改变什么，不写入任何内容。",
        },
    ),
    Button(
        entry="undo",
        group="list",
        icon="Undo",
        key="U",
        label={"en": "Undo", "zh": "撤销刷新"},
        tip={
            "en": "Takes the last refresh back; the last five can be, one by one. Says first "
            "what comes back. Notes typed since are kept.",
            "zh": "撤销上次刷新，最近五次可逐一撤销。会先说明将恢复什么，其后所写的备注会保留。",
        },
    ),
    Button(
        entry="new_customer_sheet",
        group="list",
        icon="FileNew",
        key="S",
        label={"en": "New customer sheet", "zh": "新建客户表"},
        tip={
            "en": "Makes a new workbook with filters and an empty list, where you say (macOS: "
            "in Documents), and opens it.",
            "zh": "新建含筛选条件和空列表的工作簿，保存在您指定的位置（macOS：文稿），并打开。",
        },
    ),
    Button(
        entry="changes",
        group="look",
        icon="ReviewTrackChanges",
        key="G",
        large=True,
        label={"en": "Changes", "zh": "变化"},
        tip={
            "en": "Shows who joined, left, came back, and which fields changed between the last "
            "two lists, on a sheet Changes of this workbook.",
            "zh": "在本工作簿的 Changes 工作表中显示最近两次列表之间的新增、离开、回归和字段变更。",
        },
    ),
    Button(
        entry="find_customer",
        group="look",
        icon="FindDialog",
        key="F",
        label={"en": "Find customer", "zh": "查找客户"},
        tip={
            "en": "Goes to the row of the customer whose name or ID stands in the selected "
            "cell. When several may be meant they are listed, never guessed.",
            "zh": "转到所选单元格中名称或 ID 所指客户的行。可能有多个时逐一列出，从不猜测。",
        },
    ),
    Button(
        entry="parked_notes",
        group="look",
        icon="ReviewShowAllComments",
        key="N",
        label={"en": "Parked notes", "zh": "暂存备注"},
        tip={
            "en": "Goes to the notes whose customer is not in the list now. They come back with "
            "the customer.",
            "zh": "转到暂时不在列表中的客户的备注。客户回来时，备注也会回来。",
        },
    ),
    Button(
        entry="refresh_log",
        group="look",
        icon="RecordInJournal",
        key="L",
        label={"en": "Log", "zh": "日志"},
        tip={
            "en": "Goes to the log of this workbook's refreshes.",
            "zh": "转到本工作簿的刷新日志。",
        },
    ),
    Button(
        entry="views",
        group="look",
        icon="Filter",
        key="V",
        label={"en": "Views", "zh": "视图"},
        tip={
            "en": "Lists the saved views. The one you choose is put into the filters of this "
            "workbook; a refresh then lists it.",
            "zh": "列出已保存的视图，所选视图会填入本工作簿的筛选条件，刷新后即显示。",
        },
    ),
    Button(
        entry="weekly_report",
        group="hand",
        icon="ChartInsert",
        key="W",
        large=True,
        label={"en": "Weekly report", "zh": "周报"},
        tip={
            "en": "Makes the weekly report of this workbook's customers beside it: workbook, "
            "page and mail.",
            "zh": "在同一文件夹生成本工作簿客户的周报：工作簿、网页和邮件。",
        },
    ),
    Button(
        entry="reconcile_sheet",
        group="hand",
        icon="DataValidation",
        key="B",
        large=True,
        label={"en": "Reconcile this sheet", "zh": "核对本表"},
        tip={
            "en": "Reconciles the customers with the active sheet, finance's ledger, and writes "
            "a workbook that says what does not match. The sheet stays as it is.",
            "zh": "将客户与当前工作表（财务账册）核对，并生成说明差异的工作簿。本表保持不变。",
        },
    ),
    Button(
        entry="freeze_to_values",
        group="hand",
        icon="FreezePanes",
        key="Z",
        label={"en": "Freeze to values", "zh": "固化为值"},
        tip={
            "en": "Makes a copy to hand over, beside this workbook: values in place of "
            "functions, no connections, no macros. Says how to come back.",
            "zh": "在同一文件夹生成用于移交的副本：函数转为值，不含连接和宏，并说明如何恢复。",
        },
    ),
    Button(
        entry="account",
        group="help",
        icon="Lock",
        key="K",
        label={"en": "Account", "zh": "账号"},
        tip={
            "en": "Says whose customers these are, by which API and as of when, and how to "
            "change that.",
            "zh": "说明客户所属账号、接口、截至时间，以及如何更换。",
        },
    ),
    Button(
        entry="doctor",
        group="help",
        icon="Help",
        key="D",
        label={"en": "Doctor", "zh": "诊断"},
        tip={
            "en": "Checks Python, settings, key and connection, and says what to do.",
            "zh": "检查 Python、设置、密钥和连接，并说明该怎么做。",
        },
    ),
)


def ribbon_xml(language: Language = "en") -> str:
    """Return the add-in's customUI part."""
    groups = "".join(_group(key, language) for key in GROUPS)
    return (
        f'<customUI xmlns="{NAMESPACE}" onLoad="{LOADED}"><ribbon><tabs>'
        f'<tab id="partnerbook" label="Partnerbook" keytip="{_TAB_KEY}">{groups}</tab>'
        "</tabs></ribbon></customUI>"
    )


def _group(key: str, language: Language) -> str:
    buttons = "".join(_button(each, language) for each in BUTTONS if each.group == key)
    return (
        f'<group id="partnerbook_{key}" label={quoteattr(GROUPS[key][language])}>{buttons}</group>'
    )


def _button(button: Button, language: Language) -> str:
    label, tip = quoteattr(button.label[language]), quoteattr(button.tip[language])
    return (
        f'<button id="partnerbook_{button.entry}" label={label} imageMso="{button.icon}" '
        f'size="{"large" if button.large else "normal"}" keytip="{button.key}" '
        f'screentip={label} supertip={tip} onAction="{button.callback}"/>'
    )
