"""The list of a case's documents, read in the background: soon after a change, one reading at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.library_pane.deleting import Deleting
from workbench.views.library_pane.model import DocumentModel
from workbench.views.library_pane.tree import Node, Order, arranged

_REFRESH_MS = 200
"""An import tells of every file: several changes are one reading."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case's documents without those on their way out; ``tree`` is as the model wants it for its order."""

    case: str
    documents: Sequence[Any]
    tree: tuple[Order, Node]


class Listing(QObject):
    """``read`` gives what was listed of the open case, ``failed`` why nothing was."""

    read = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, model: DocumentModel, deleting: Deleting, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self._deleting = deleting
        self._case: str | None = None
        self._reading: JobHandle | None = None
        self._again = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REFRESH_MS)
        self._soon.timeout.connect(self.begin)

    def show_case(self, case: str | None) -> None:
        """Another case; its list is read at once."""
        self._case = case
        self.begin()

    def begin_soon(self) -> None:
        """Read the list again, a moment later."""
        if not self._soon.isActive():
            self._soon.start()

    def begin(self) -> None:
        """Read the list now, or as soon as the reading under way is over."""
        case, library = self._case, self._desk.library
        if case is None or library is None:
            return
        if self._reading is not None:
            self._again = True
            return
        order, hidden = self._model.order, frozenset(self._deleting.gone)
        self._reading = self._desk.job_runner.start(
            Lane.IO,
            lambda _job: _read(library, case, order, hidden),
            owner=self,
            on_done=self._take,
            on_error=self._broken,
        )

    def _take(self, listed: Listed) -> None:
        self._reading = None
        if listed.case == self._case:
            self.read.emit(listed)
        if self._again or listed.case != self._case:
            self._again = False
            self.begin()

    def _broken(self, error: object) -> None:
        self._reading = None
        self.failed.emit(error)


def _read(library: Any, case: str, order: Order, hidden: frozenset[str]) -> Listed:
    """Work for a job."""
    documents = [document for document in library.documents(case) if document.id not in hidden]
    return Listed(case, documents, (order, arranged(documents, order)))
