"""Taking documents out of the case, and bringing them back."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from workbench.views.desk import Desk
from workbench.views.job_runner import Lane
from workbench.views.library_pane.imports import Arrived
from workbench.views.library_pane.strips import UndoStrip
from workbench.views.library_pane.words import DocumentLike


class Deleting(QObject):
    """Deletes at once and offers to undo; remembers what is on its way out."""

    restored = Signal()

    def __init__(self, desk: Desk, strip: UndoStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._strip = strip
        self._case: str | None = None
        self.gone: list[str] = []
        """Ids of the documents deleted last."""
        strip.undone.connect(self.undo)

    def show_case(self, case: str | None) -> None:
        """Another case: what was deleted in the one before is forgotten here."""
        self._case = case
        self.gone = []
        self._strip.hide()

    def delete(self, documents: Sequence[DocumentLike]) -> None:
        """Delete documents; they can be brought back."""
        case, library = self._case, self._desk.library
        ids = [document.id for document in documents]
        if case is None or not ids:
            return
        self.offer(documents)

        def delete(_job: object) -> Arrived:
            for document in ids:
                library.delete_document(document)
            return Arrived(frozenset({case}), frozenset(ids))

        self._desk.job_runner.start(Lane.IO, delete, owner=self, saves=True)

    def offer(self, documents: Sequence[DocumentLike]) -> None:
        """Offer to bring back what was deleted, here or because its file is gone."""
        self.gone = [document.id for document in documents]
        self._strip.offer([document.name for document in documents])

    def undo(self) -> None:
        """Bring back what was deleted last."""
        ids, case, library = self.gone, self._case, self._desk.library
        self.gone = []
        self._strip.hide()
        if not ids or case is None:
            return

        def restore(_job: object) -> Arrived:
            for document in ids:
                library.restore_document(document)
            return Arrived(frozenset({case}), frozenset(ids))

        self._desk.job_runner.start(Lane.IO, restore, owner=self, saves=True)
        self.restored.emit()
