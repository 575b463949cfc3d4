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
        icon: Name of one of Excel's own pictures (imageMso), in the list that Microsoft publishes.
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
    "help": {"en": "Help", "zh": "帮助"},
}

BUTTONS = (
    Button(
        entry="refresh_sheet",
        group="list",
        icon="RefreshAll",
        key="R",
        large=True,
        label={"en": "Refresh sheet", "zh": "刷新本表"},
        tip={
            "en": "Brings the customer list of this workbook up to date. Your notes stay beside "
            "their customers. Asks first when something looks wrong.",
            "zh": "更新本工作簿的客户列表，您的备注始终跟随客户。若有异常会先询问。",
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
        icon="FileDocumentInspect",
        key="L",
        label={"en": "Log", "zh": "日志"},
        tip={
            "en": "Goes to the log of this workbook's refreshes.",
            "zh": "转到本工作簿的刷新日志。",
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
