"""Documents brought from the library to be shown: the last few are kept, those that changed are read again."""

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.errors import WorkbenchError
from workbench.models.documents.page_drawing import PageDrawer
from workbench.views.desk import ChangesLike, Desk
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.source.loading import Loaded, load, load_anew

_KEPT = 3
_RENEW_MS = 1500
_WARM_MS = 1500
"""After a case is opened, before the process that draws pages is started: nothing may wait for it."""


class Shelf(QObject):
    """``ready`` gives a document to show, ``failed`` its id and why there is none.

    ``shown`` tells the document in front: it comes again when the library holds a newer version of it.
    """

    ready = Signal(object)
    failed = Signal(str, object)

    def __init__(self, desk: Desk, shown: Callable[[], Loaded | None], parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown = shown
        self._drawer = PageDrawer()
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._loading: JobHandle | None = None
        self.renewing = QTimer(self)
        """Runs after a change until the document in front is looked at again; several changes are one."""
        self.renewing.setSingleShot(True)
        self.renewing.setInterval(_RENEW_MS)
        self.renewing.timeout.connect(self._renew)
        self._warming = QTimer(self)
        self._warming.setSingleShot(True)
        self._warming.setInterval(_WARM_MS)
        self._warming.timeout.connect(self._warm)
        desk.job_runner.on_changes(self, self._changed)

    def bring(self, document: str) -> bool:
        """Fetch a document; whether it was here and is given at once."""
        if document in self._kept:
            self._kept.move_to_end(document)
            self.ready.emit(self._kept[document])
            return True
        library, drawer = self._desk.library, self._drawer
        self._loading = self._desk.job_runner.start(
            Lane.IO,
            lambda job: load(library, document, job, drawer),
            owner=self,
            on_done=self._take,
            on_error=lambda error: self._broken(document, error),
        )
        return False

    def stop(self) -> None:
        """What is being fetched is wanted no more."""
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None

    def show_case(self, case: str | None) -> None:
        """Let go of everything, the file that pages are drawn from among it; with a case be ready to draw soon."""
        self.stop()
        self._kept.clear()
        self._warming.stop()
        if case is not None:
            self._warming.start()
        drawer = self._drawer
        if drawer.awake:
            self._desk.job_runner.start(Lane.IO, lambda _job: drawer.close(), self)

    def _warm(self) -> None:
        drawer = self._drawer
        self._desk.job_runner.start(Lane.IO, lambda _job: drawer.announce(), self)

    def _take(self, loaded: Loaded) -> None:
        self._loading = None
        self._kept[loaded.id] = loaded
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(loaded)

    def _broken(self, document: str, error: WorkbenchError) -> None:
        self._loading = None
        self.failed.emit(document, error)

    def _changed(self, changes: ChangesLike) -> None:
        """Documents are new versions of themselves, perhaps: pages were recognised, a file was read again."""
        front = self._shown()
        shown = front.id if front is not None else None
        for document in changes.documents:
            if document != shown:
                self._kept.pop(document, None)
        if shown in changes.documents:
            self.renewing.start()

    def _renew(self) -> None:
        loaded, library = self._shown(), self._desk.library
        if loaded is None or self._loading is not None:
            return

        def take(fresh: Loaded | None) -> None:
            if fresh is not None and self._shown() is loaded:
                self._take(fresh)

        self._desk.job_runner.start(
            Lane.IO, lambda job: load_anew(library, loaded, job), self, take, lambda _error: None
        )
