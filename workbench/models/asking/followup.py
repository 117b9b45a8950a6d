"""A question that leans on the talk so far, made to stand alone: 2019年呢？ after a question about 2020."""

from collections.abc import Sequence

from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.wording import pattern
from workbench.models.evidence.labels import year_of
from workbench.models.evidence.numbers import find_numbers

_AND = pattern("followup", "and")
_PRONOUN = pattern("followup", "pronoun")
_ASKED = pattern("followup", "asked")
_POINTING = pattern("followup", "pointing")
_SPAN = pattern("followup", "span")
_BEFORE = pattern("followup", "before")
_AFTER = pattern("followup", "after")
_FORMER = pattern("followup", "former")
_PARTY = pattern("followup", "party")
_SHORT = 8


def standing_alone(question: str, earlier: Sequence[str]) -> str | None:
    """The question in full where code can say it; itself where it needs nothing; None where a reader has to.

    ``earlier`` are the questions of the talk as they were understood, oldest first.
    """
    if not earlier:
        return question
    if former := _FORMER.search(question):
        return _of_former(question, former.span(), earlier)
    if said := _AND.match(question.strip()):
        return _in_place(said[1].strip(), earlier[-1])
    named, talked_of = Inquiry(question).subjects, _last_subject(earlier)
    if talked_of and not named and _PRONOUN.search(question):
        return _PRONOUN.sub(talked_of, question, count=1)
    leaning = _POINTING.search(question) or len(question.strip("？?")) < _SHORT
    return None if leaning and not named else question


def _in_place(said: str, before: str) -> str | None:
    """The question before with its time, its organisation or its noun exchanged for what is said now."""
    dates = [n for n in find_numbers(before) if n.kind == "date"]
    if step := (-1 if _BEFORE.match(said) else 1 if _AFTER.match(said) else 0):
        year = year_of(dates[0]) if dates else None
        return None if year is None else f"{before[: dates[0].start]}{year + step}年{before[dates[0].end :]}"
    new_dates = [n for n in find_numbers(said) if n.kind == "date"]
    if new_dates and new_dates[0].text.strip("度") == said.rstrip("的度"):
        if not dates:
            return f"{said}{_SPAN.sub('', before, count=1)}"
        return f"{before[: dates[0].start]}{said}{before[dates[0].end :]}"
    party, talked = _party(f"{said}的"), _party(before)
    if new_dates and dates and party and talked and not Inquiry(said).subjects:
        turned = f"{before[: dates[0].start]}{new_dates[0].text}{before[dates[0].end :]}"
        return turned.replace(talked, party)
    named, was = Inquiry(said).subjects, Inquiry(before).subjects
    if named and was and said.endswith(named[0]):
        return before.replace(was[0], named[0])
    asked = _ASKED.match(before)
    return f"{asked['before']}{said}{asked['after']}" if asked and not named and not new_dates else None


def _of_former(question: str, span: tuple[int, int], earlier: Sequence[str]) -> str | None:
    """A question about the organisation talked of before the last one, with its name put in."""
    talked = [(party, asked) for asked in earlier if (party := _party(asked))]
    former = next(((party, asked) for party, asked in reversed(talked) if party != talked[-1][0]), None)
    if former is None:
        return None
    party, asked = former
    rest = question[span[1] :].strip().lstrip("的")
    said = _AND.match(rest)
    if not said:
        bare = not rest.strip("呢？?。 ")
        return earlier[-1].replace(talked[-1][0], party) if bare else f"{question[: span[0]]}{party}的{rest}"
    return _in_place(said[1].strip(), asked)


def _party(question: str) -> str:
    """Whom a question is about: the organisation it names, else the name it begins with."""
    named = Inquiry(question).subjects
    found = None if named else _PARTY.match(question)
    return named[0] if named else found["party"] if found else ""


def _last_subject(earlier: Sequence[str]) -> str:
    return next((named[0] for question in reversed(earlier) if (named := Inquiry(question).subjects)), "")
