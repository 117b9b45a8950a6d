"""Passages that are like a quote."""

from typing import Any

from workbench.jobs import JobContext
from workbench.models.evidence import Citation, Claim, Status

_MOST = 6


def similar_to(retriever: Any, case: str, citation: Citation, job: JobContext) -> tuple[Claim, ...]:
    """The passages of a case nearest to a quote, best first, without the quote itself. Work for a job."""
    quote = " ".join(citation.quote.split())
    hits = retriever.passages(case, quote, k=_MOST + 2, job=job)
    found = []
    for hit in hits:
        text = " ".join(hit.text.split())
        if not text or text in quote or quote in text:
            continue
        cited = Citation(hit.document.id, hit.text, hit.anchor)
        found.append(Claim(hit.text, Status.TRACED, (cited,)))
    return tuple(found[:_MOST])
