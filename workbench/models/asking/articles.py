"""What an article of a statute says, asked for by its number: its own words, all of them, or that it is not there."""

from collections.abc import Sequence

from workbench.models.asking.wording import pattern
from workbench.models.evidence import Claim, Status
from workbench.models.evidence.terms import terms
from workbench.models.evidence.verify import Source
from workbench.models.retrieval import Hit
from workbench.models.retrieval.statutes import Citation, citations, number_of, short_name

_WHOLE = pattern("articles", "whole")
_OPENING = 16
"""Characters within which a clause says its number."""
_MOST = 20


def article_asked(question: str, hits: Sequence[Hit], sources: Sequence[Source]) -> tuple[Claim, ...] | None:
    """The sentences of the articles whose wording is asked for; empty where a named one stands nowhere, else None.

    None where no article is named, or something is asked that it may answer. ``sources`` are those of the hits.
    """
    named = citations(question)
    if not named:
        return None
    told = [source for hit, source in zip(hits, sources, strict=True) if any(_is(hit, c) for c in named)]
    if not told:
        return None if any(_mentioned(c, source) for c in named for source in sources) else ()
    if not _WHOLE.search(question):
        return None
    cited = [c for source in told for span in source.spans if (c := source.cite(*span))]
    return tuple(Claim(c.quote, Status.TRACED, (c,)) for c in cited[:_MOST])


def _is(hit: Hit, citation: Citation) -> bool:
    article = hit.norm.article if hit.norm and hit.norm.article else number_of(hit.chunk.text[:_OPENING])
    law = hit.norm.law if hit.norm else short_name(hit.document.title)
    return article == citation.article and (citation.law in law or (bool(law) and citation.law.endswith(law)))


def _mentioned(citation: Citation, source: Source) -> bool:
    """Whether a text of something else speaks of the article."""
    said = f"{source.context}\n{source.text}"
    return citation.law in said and f"第{citation.article}条" in terms(said)
