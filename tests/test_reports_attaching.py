"""Attachments are encoded and written otherwise than the standard library does: the same bytes."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from reports.attaching import Mail
from reports.folding import SMTP

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
SUBJECTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=90)


def written(kind: type[EmailMessage], subject: str, data: bytes | None, page: str | None) -> Any:
    message = kind(policy=SMTP)
    message["From"], message["Subject"] = "a@example.com", subject
    message.set_content(f"text {subject}", cte="base64")
    message.add_alternative(f"<p>{subject}", subtype="html", cte="base64")
    if data is not None and isinstance(message, Mail):
        message.attach_file(data, XLSX, "周报.xlsx")
    elif data is not None:
        main, _, sub = XLSX.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename="周报.xlsx")
    if page is not None and isinstance(message, Mail):
        message.attach_text(page, "html", "weekly.html")
    elif page is not None:
        message.add_attachment(page, subtype="html", filename="weekly.html", cte="base64")
    for number, part in enumerate(each for each in message.walk() if each.is_multipart()):
        part.set_boundary(f"=_partnerbook-{number}")
    return message


@given(SUBJECTS, st.none() | st.binary(max_size=500), st.none() | TEXTS)
@example("=attached=", b"\x00" * 57, "a\r\nb\rc\n")  # a header like the mark
@example("a =attached= b", b"", "")
@example("周报", b"\xff" * 58, "云\n\u2028=attached=\n--=_partnerbook-0--\n")
def test_a_mail_is_what_the_standard_library_makes_of_it(
    subject: str, data: bytes | None, page: str | None
) -> None:
    made, wanted = (written(kind, subject, data, page) for kind in (Mail, EmailMessage))

    assert bytes(made) == made.as_bytes() == bytes(wanted)
    assert made.as_bytes(unixfrom=False, policy=policy.default) == wanted.as_bytes(
        unixfrom=False, policy=policy.default
    )
    assert made.as_string() == wanted.as_string()
    contents = [part.get_content() for part in made.walk() if not part.is_multipart()]
    assert contents == [part.get_content() for part in wanted.walk() if not part.is_multipart()]


def test_what_is_larger_than_is_encoded_at_once_comes_back_whole() -> None:
    data = bytes(range(256)) * 1_000
    page = "<p>云计算 &amp; more</p>\n" * 9_000

    made, wanted = (bytes(written(kind, "s", data, page)) for kind in (Mail, EmailMessage))

    assert made == wanted
    read: Any = message_from_bytes(made, policy=policy.default)
    _, first, second = read.iter_parts()
    assert first.get_content() == data
    assert second.get_content().replace("\r\n", "\n") == page


def test_a_mail_without_parts_is_written_as_ever() -> None:
    message = Mail(policy=SMTP)
    message["Subject"] = "=attached="
    message.set_content("=attached=\n")

    assert bytes(message).endswith(b"\r\n\r\n=attached=\r\n")
