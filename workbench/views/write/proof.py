"""Looking for what may prove a sentence that nothing proves yet."""

from typing import Any

from PySide6.QtCore import QObject

from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim, Status
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane

_SEARCHED = 5


def find_evidence(desk: Desk, owner: QObject, case: str, claim: Claim) -> None:
    """Search the case for a sentence's words in the background, and show the passages nearest to them."""
    retriever = desk.retriever
    if retriever is None:
        return

    def search(job: Any) -> tuple[Citation, ...]:
        hits = retriever.search(case, claim.text, k=_SEARCHED, job=job)
        return tuple(Citation(h.document.id, h.text, h.anchor) for h in hits if h.text.strip())

    def show(citations: tuple[Citation, ...]) -> None:
        if not citations:
            desk.notify(tr("write.nothing_found"))
            return
        desk.show_claim(Claim(claim.text, Status.PARTIAL, citations))
        desk.show_source(citations[0])

    desk.job_runner.start(Lane.ENGINE, search, owner=owner, on_done=show)
