"""What the words of a sentence alone don't show: traced sentences that a reader would still not call proven.

A sentence may hold the words of its quotes and yet tell a plan as done or a deed as planned, stress what they
don't, stand under a heading of something else, speak of another company, point at something the paper's sentence
didn't, or join what two distant places say of different things. Such a sentence is partly proven at most.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from workbench.models.asking.wording import pattern
from workbench.models.evidence import Citation, Claim, Status
from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import organisations, same_organisation
from workbench.models.evidence.sentences import without_enumeration
from workbench.models.evidence.verify import Source

_PLANNED = pattern("doubts", "planned")
_ADDED = pattern("doubts", "added")
_HEADED = pattern("doubts", "headed")
_POINTING = pattern("doubts", "pointing")
_ATTRIBUTED = pattern("doubts", "attributed")
_MEASURED = pattern("doubts", "measured")
_JOINING = pattern("doubts", "joining")
_POINTS = ("-", "*", "•", "·")
_CLAUSES = re.compile(r"[，,；;]")
_BESIDE, _NEAR = 1, 6
"""Sentences between places that go on from one another, and that one summing up may lie behind."""
_RECENT = 3
"""Sentences back within which something pointed at is looked for."""
_HELD = 0.5
"""Share of a heading's words that must stand in the quotes or right before them."""
_NAMED = 0.34
"""Share of the words for where something is told that must stand in the paper's title, headings or sentences around."""
_WHOLE = 0.75
"""Share of a sentence's words one quote must hold for others not to matter."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a quote stands: the source, and the number of its sentence there."""

    source: Source
    number: int

    def before(self, other: "_Spot") -> int | None:
        """How many sentences this stands before another; None where that can't be told."""
        if self.source is other.source:
            return other.number - self.number
        return None


def doubted(claim: Claim, question: str, earlier: Sequence[Claim], sources: Sequence[Source]) -> Claim:
    """The claim, partly proven at most where something speaks against it.

    ``earlier`` are the sentences of the answer before it, ``sources`` what it was verified against.
    """
    if claim.status not in (Status.TRACED, Status.COMPUTED):
        return claim
    said = without_enumeration(claim.text)
    spots = _spots(claim.citations, sources)
    quotes = [c.quote for c in claim.citations]
    why = (
        _plan_or_deed(said, quotes)
        or _adds(said, quotes)
        or _told_elsewhere(said, quotes, spots)
        or _headed_otherwise(_heading(claim.text, said, earlier), quotes, spots)
        or _of_another(said, question)
        or _pointing_elsewhere(said, quotes, spots, earlier, sources)
        or _joined(said, quotes, spots)
    )
    return replace(claim, status=Status.PARTIAL, computation=None) if why else claim


def cut_off(claim: Claim) -> Claim:
    """A sentence the model had no room to finish: partly proven at most."""
    proven = claim.status in (Status.TRACED, Status.COMPUTED)
    return replace(claim, status=Status.PARTIAL, computation=None) if proven else claim


def _spots(citations: Sequence[Citation], sources: Sequence[Source]) -> list[_Spot]:
    """Every place a quote stands in, each chunk that holds it counting."""
    found = []
    for citation in citations:
        for source in sources:
            if source.document == citation.document and (at := source.text.find(citation.quote)) >= 0:
                number = next((n for n, (a, b) in enumerate(source.spans) if a <= at < b), 0)
                found.append(_Spot(source, number))
    return found


def _plan_or_deed(said: str, quotes: Sequence[str]) -> bool:
    """Whether the sentence tells as done what the quote that holds most of it tells as planned, or the other way."""
    if not quotes:
        return False
    if _PLANNED.search(said):
        return not any(_PLANNED.search(quote) for quote in quotes)
    words = content(said)
    return bool(_PLANNED.search(max(quotes, key=lambda quote: len(words & content(quote)))))


def _adds(said: str, quotes: Sequence[str]) -> bool:
    """Whether the sentence says more than its quotes: how strong (显著), what belongs to it, what a figure is of."""
    held = " ".join(quotes)
    added = any(word.group() not in held for word in _ADDED.finditer(said))
    return added or any(figure["noun"] not in held for figure in _MEASURED.finditer(said))


def _told_elsewhere(said: str, quotes: Sequence[str], spots: Sequence[_Spot]) -> bool:
    """Whether it is said to be told where it is not: 走访时发现 of what stands in an audit report."""
    attributed = _ATTRIBUTED.match(said)
    if attributed is None:
        return False
    wanted = content(attributed["head"])
    around = " ".join([*quotes, *(f"{spot.source.context} {_led_up(spot)}" for spot in spots)])
    return bool(wanted) and len(wanted & content(around)) < _NAMED * len(wanted)


def _heading(text: str, said: str, earlier: Sequence[Claim]) -> str:
    """What a sentence stands under: the words before its colon, or of a point in a list the line above the list."""
    if headed := _HEADED.match(said.lstrip("-•· ")):
        return headed["head"]
    if not text.lstrip().startswith(_POINTS):
        return ""
    above = (without_enumeration(c.text).strip("* ") for c in reversed(earlier))
    return next((line.strip("：:* ") for line in above if line.endswith(("：", ":"))), "")


def _headed_otherwise(heading: str, quotes: Sequence[str], spots: Sequence[_Spot]) -> bool:
    """Whether what the sentence stands under is told neither by the quotes nor by what stands before them."""
    wanted = content(heading) if heading and not organisations(heading) else frozenset()
    around = " ".join([*quotes, *(_led_up(spot) for spot in spots)])
    return bool(wanted) and len(wanted & content(around)) < _HELD * len(wanted)


def _led_up(spot: _Spot, reach: int = _BESIDE, *, own: bool = True) -> str:
    """The ``reach`` sentences before a quote's, and its ``own``."""
    spans = spot.source.spans[max(0, spot.number - reach) : spot.number + own]
    return spot.source.text[spans[0][0] : spans[-1][1]] if spans else ""


def _of_another(said: str, question: str) -> bool:
    """Whether the sentence begins with an organisation the question did not ask about."""
    headed = _HEADED.match(said)
    body = said[headed.end("head") :].lstrip("*：: ") if headed else said
    asked, named = organisations(question), [name for name in organisations(body) if body.startswith(name)]
    return bool(asked and named) and not any(same_organisation(a, b) for a in asked for b in named)


def _pointing_elsewhere(
    said: str, quotes: Sequence[str], spots: Sequence[_Spot], earlier: Sequence[Claim], sources: Sequence[Source]
) -> bool:
    """Whether 这一计划 can't mean in the answer what it means in the paper: what is before it stands elsewhere."""
    pointing = _POINTING.match(said)
    if pointing is None:
        return False
    reach = _NEAR if pointing["many"] else _BESIDE + 1
    before = [s for claim in earlier[-3 if pointing["many"] else -1 :] for s in _spots(claim.citations, sources)]
    gaps = [gap for spot in spots for b in before if (gap := b.before(spot)) is not None]
    follows = any(0 <= gap <= reach for gap in gaps)
    noun = pointing["noun"]
    told = noun and any(noun in text for text in (*quotes, *(_led_up(spot) for spot in spots)))
    return not follows or not (told or pointing["many"]) or _left_out(noun, spots, earlier)


def _left_out(noun: str, spots: Sequence[_Spot], earlier: Sequence[Claim]) -> bool:
    """Whether the answer leaves out what is pointed at (这起事件): told shortly before, or out of sight."""
    answered = " ".join(text for c in earlier[-_RECENT:] for text in (c.text, *(x.quote for x in c.citations)))
    told = [noun in _led_up(spot, _RECENT, own=False) or spot.number < _RECENT for spot in spots]
    return noun not in answered and any(told)


def _joined(said: str, quotes: Sequence[str], spots: Sequence[_Spot]) -> bool:
    """Whether distant sentences are pieced together: one clause from two of them, or as cause and effect."""
    if len(quotes) < 2 or _held_by_one(said, quotes) or _beside(spots):
        return False
    return bool(_JOINING.search(said)) or not all(_held_by_one(part, quotes) for part in _CLAUSES.split(said))


def _held_by_one(words: str, quotes: Sequence[str]) -> bool:
    """Whether one quote alone holds most of the words."""
    wanted = content(words)
    return any(len(wanted & content(quote)) >= _WHOLE * len(wanted) for quote in quotes)


def _beside(spots: Sequence[_Spot]) -> bool:
    return any(a.before(b) in (-_BESIDE, _BESIDE) for a, b in combinations(spots, 2))
