"""A page in words that go elsewhere: each sentence with the document and place it is from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.views.evidence_list import short_name, where
from workbench.views.paper import heading_html


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a page: its heading and what stands below it."""

    heading: str
    claims: tuple[Claim, ...]


def as_text(title: str, parts: Sequence[Told], name_of: Callable[[str], str]) -> str:
    """The parts as plain text, a sentence a line, its source behind it."""
    lines = [title]
    for part in parts:
        lines += ["", part.heading]
        lines += [f"{claim.text}{_mark(claim)}{_source(claim, name_of)}" for claim in part.claims]
    return "\n".join(lines)


def as_html(parts: Sequence[Told], name_of: Callable[[str], str]) -> str:
    """The parts as HTML, for paper and for a word processor."""
    found = []
    for part in parts:
        found.append(heading_html(part.heading))
        found += [
            f"<p>{escape(claim.text)}{escape(_mark(claim))}"
            f"<span class='m' style='color:#6B7178;font-size:8pt'>{escape(_source(claim, name_of))}</span></p>"
            for claim in part.claims
        ]
    return "".join(found)


def _mark(claim: Claim) -> str:
    """The standing, where a reader has to know of it."""
    return "" if claim.status.value in ("traced", "computed") else f" {claim.status.mark}"


def _source(claim: Claim, name_of: Callable[[str], str]) -> str:
    inputs = claim.computation.inputs if claim.computation else ()
    cited = dict.fromkeys((*claim.citations, *inputs))
    places = dict.fromkeys(f"{short_name(name_of(c.document), 24)} {where(c.anchor)}" for c in cited)
    return tr("read.source_words", places=tr("read.joiner").join(places)) if places else ""
