"""Passages that are like a quote."""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.evidence import Citation, Claim, Status
from workbench.views.ask import talks
from workbench.views.ask.talks import Turn
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane

_MOST = 6
_QUOTED = 30


def find_similar(desk: Desk, owner: QObject, case: str, citation: Citation, take: Callable[[Turn], None]) -> None:
    """Look for passages like a quote in the background; ``take`` gets them as a turn of a talk."""
    retriever, begun = desk.retriever, time.monotonic()
    quote = " ".join(citation.quote.split())
    words = quote if len(quote) <= _QUOTED else quote[: _QUOTED - 1] + "…"

    def done(found: tuple[Claim, ...]) -> None:
        spent = (time.monotonic() - begun) * 1000
        take(Turn(tr("ask.similar_to", quote=words), evidence=found, status=talks.SIMILAR, ms_evidence=spent))

    if retriever is not None:
        desk.job_runner.start(
            Lane.ENGINE,
            lambda job: similar_to(retriever, case, citation, job),
            owner=owner,
            on_done=done,
            on_error=desk.warn,
            title=tr("ask.similar"),
        )


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
