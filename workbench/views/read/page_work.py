"""What the page of a document asks for: its summary, what changed since another one, how risk passes on in it."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.extracting import FieldSet
from workbench.models.extracting.summary import Summary
from workbench.views.desk import Desk
from workbench.views.evidence_list import document_name
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.read import work
from workbench.views.read.page import DocumentPage
from workbench.views.read.risk_page import RiskPage


class PageWork(QObject):
    """One job of a kind at a time; ``stop`` ends them all."""

    def __init__(self, desk: Desk, owner: QObject, page: DocumentPage, risk: RiskPage) -> None:
        super().__init__(owner)
        self._desk = desk
        self._page = page
        self._risk = risk
        self._summing: JobHandle | None = None
        self._comparing: JobHandle | None = None

    def summarise(self, documents: Sequence[str], *, model: bool) -> None:
        """Sum documents up as one; ``model``: long sentences are shortened by it."""
        library, engine, length = self._desk.library, self._desk.engine, self._page.length
        if self._summing is not None:
            self._summing.cancel()
        if not documents or library is None:
            return
        self._page.condense.setEnabled(not model)
        self._summing = self._desk.job_runner.start(
            Lane.ENGINE if model else Lane.IO,
            lambda job: work.summary_of(library, engine, documents, length, job, model=model),
            owner=self,
            on_done=self._summed,
            on_cancel=lambda: self._page.condense.setEnabled(True),
            title=tr("read.condensing") if model else "",
        )

    def compare(self, document: str, other: str, fields: FieldSet | None) -> None:
        """What changed between two documents of one company, the chosen fields among it."""
        library = self._desk.library
        if not document or not other or library is None:
            return
        if self._comparing is not None:
            self._comparing.cancel()
        self._page.compare.setEnabled(False)
        self._comparing = self._desk.job_runner.start(
            Lane.IO,
            lambda job: work.changes_of(library, document, other, job, fields),
            owner=self,
            on_done=self._compared,
            on_error=self._not_compared,
            on_cancel=lambda: self._page.compare.setEnabled(True),
            title=tr("read.comparing"),
        )

    def read_risk(self, documents: Sequence[Any], show: Callable[[], None]) -> None:
        """Read the risk chain of documents; ``show`` it where there is one."""
        if not documents or self._desk.library is None:
            return

        def done(found: bool) -> None:
            self._page.risk.setEnabled(True)
            if found:
                show()
            else:
                self._desk.notify(tr("read.no_risk"))

        name = document_name(documents[0]) if len(documents) == 1 else tr("read.all_documents")
        self._page.risk.setEnabled(False)
        self._risk.open(name, documents, done)

    def stop(self) -> None:
        """End what is being worked out."""
        self._risk.stop()
        self._page.risk.setEnabled(True)
        for job in (self._summing, self._comparing):
            if job is not None:
                job.cancel()
        self._summing = self._comparing = None

    def _summed(self, summary: Summary) -> None:
        self._summing = None
        self._page.condense.setEnabled(True)
        self._page.show_summary(summary)

    def _compared(self, changes: Sequence[Any]) -> None:
        self._comparing = None
        self._page.compare.setEnabled(True)
        self._page.show_changes(changes)
        if not changes:
            self._desk.notify(tr("read.no_changes"))

    def _not_compared(self, error: WorkbenchError) -> None:
        self._comparing = None
        self._page.compare.setEnabled(True)
        self._desk.warn(error)
