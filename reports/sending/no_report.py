"""The mail that tells the policy's owner that there is no report, and why. Pure."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from partnerbook.errors import MailError
from partnerbook.text import for_line
from partnerbook.views import moment_in
from partnerbook.wording import Language
from reports.folding import SMTP
from reports.policy import Policy
from reports.recipients import address_of

_SUBJECT: dict[Language, str] = {
    "en": "No weekly report {week}: it could not be made",
    "zh": "客户周报 {week} 未能生成",
}
_BODY: dict[Language, str] = {
    "en": "There is no weekly report for {week}: {reason}.\n\n"
    "Nobody was sent last week's numbers instead. The next `partnerbook weekly --due` tries "
    "again.\n\n{now}\n",
    "zh": "{week} 的客户周报未能生成。原因：{reason}。\n\n"
    "没有向任何人发送上周的数字充作本周。下一次 `partnerbook weekly --due` 会重试。\n\n{now}\n",
}


def no_report_mail(policy: Policy, sender: str, week: str, reason: str, now: datetime) -> bytes:
    """Return the mail that tells the owner that there is no report, and why.

    It speaks the policy's language; the reason stays in the words of the error.

    Raises:
        MailError: The policy names no owner.
    """
    if policy.owner is None:
        raise MailError("the policy names no owner who could be told")
    source = address_of(sender, "the sender")
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = source, policy.owner
    message["Subject"] = _SUBJECT[policy.language].format(week=week)
    message["Date"] = now
    message["Message-ID"] = f"<no-report.{week}@{source.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    said = _BODY[policy.language].format(
        week=week, reason=for_line(reason).rstrip("."), now=moment_in(now, policy.due.zone)
    )
    message.set_content(said, cte="base64")
    message["Content-Language"] = policy.language
    return message.as_bytes()
