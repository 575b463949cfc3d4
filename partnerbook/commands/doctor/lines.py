"""What the doctor says: one line a check. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Self

from partnerbook.commands.doctor.chinese import CHINESE
from partnerbook.errors import PartnerbookError
from partnerbook.text import for_line, width
from partnerbook.wording import Language

State = Literal["fine", "note", "finding", "skipped"]


class Filled(str):
    """An English text whose gaps are filled, which can still be said in Chinese.

    Lines are English, in JSON and in what is mailed; only a terminal shows another language.

    Args:
        pattern: The text with its gaps, as `CHINESE` has it.
        given: What fills them; texts in it, filled ones too, are put into Chinese themselves.
    """

    __slots__ = ("given", "pattern")

    def __new__(cls, pattern: str, *given: object) -> Self:
        """Fill the gaps."""
        made = super().__new__(cls, pattern.format(*given))
        made.pattern, made.given = pattern, given
        return made

    pattern: str
    given: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One check. No secret and no customer's data in any of it.

    Attributes:
        what: What was looked at.
        state: ``"fine"``; ``"note"`` for what is unusual and harmless; ``"finding"`` for what
            somebody should look at; ``"skipped"`` when it could not be looked at.
        proof: What was seen.
        next_step: What to do; None when there is nothing to do.
    """

    what: str
    state: State
    proof: str
    next_step: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return every attribute by name."""
        return {
            "what": self.what,
            "state": self.state,
            "proof": self.proof,
            "next_step": self.next_step,
        }


def fine(what: str, proof: str) -> Line:
    """Return a line for what is as it should be."""
    return Line(what, "fine", proof)


def note(what: str, proof: str, next_step: str | None = None) -> Line:
    """Return a line for what is worth knowing and harmless."""
    return Line(what, "note", proof, next_step)


def finding(what: str, proof: str, next_step: str) -> Line:
    """Return a line for what somebody should look at."""
    return Line(what, "finding", proof, next_step)


def skipped(what: str, why: str) -> Line:
    """Return a line for what could not be looked at."""
    return Line(what, "skipped", why)


def said(what: str, error: PartnerbookError, before: str = "") -> Line:
    """Return a finding from one of our own errors, whose sentence ends in what to do."""
    _, _, todo = _sentence(error).partition("; ")
    return finding(
        what, Filled("{}{}", before, happened(error)), todo or "try again, then mail a bundle"
    )


def happened(error: PartnerbookError) -> str:
    """Return what an error says has happened, with status, code and request ID."""
    sentence = _sentence(error)
    head, facts = sentence.partition("; ")[0], str(error).removeprefix(sentence)
    kind, colon, rest = head.partition(": ")
    return Filled("{}{}", Filled("{}: {}", kind, rest) if colon else head, facts)


def as_text(lines: Iterable[Line], language: Language = "en") -> str:
    """Return the lines for a terminal."""
    out = []
    colon = ": " if language == "en" else "："
    for each in lines:
        state = in_language(each.state, language)
        head = f"{state}{' ' * (8 - width(state))} {in_language(each.what, language)}{colon}"
        out.append(head + for_line(in_language(each.proof, language)))
        if each.next_step:
            out.append(f"{'':<8} -> {for_line(in_language(each.next_step, language))}")
    return "\n".join(out) + "\n"


def in_language(text: str, language: Language) -> str:
    """Return a text of ours in a language; what nobody translated, such as a path, as it is."""
    if language == "en":
        return text
    if not isinstance(text, Filled):
        return CHINESE.get(text, text)
    given = (in_language(g, language) if isinstance(g, str) else g for g in text.given)
    return CHINESE.get(text.pattern, text.pattern).format(*given)


def findings(lines: Iterable[Line]) -> int:
    """Return how many of the lines are findings."""
    return sum(each.state == "finding" for each in lines)


def _sentence(error: PartnerbookError) -> str:
    return str(error.args[0] if error.args else error)
