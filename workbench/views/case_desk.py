"""Which case is open: loading, beginning, naming and switching cases for the window."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject

from workbench.i18n import tr
from workbench.views.case_switcher import CaseLike, CaseSwitcher
from workbench.views.desk import Desk
from workbench.views.evidence_list.names import document_name
from workbench.views.job_runner import ChangesLike, Lane, RunningJob
from workbench.views.palette import Entry
from workbench.views.top_bar import TopBar

DESK_NOTES = "desk"
"""Kind of the note that keeps who handles a case."""


class _Window(Protocol):
    top: TopBar

    def case_opened(self, case: str | None, name: str, documents: int) -> None: ...
    def show_case_everywhere(self, case: str | None) -> None: ...


class CaseDesk(QObject):
    """Keeps the list of cases and the open one. The library is only asked in the STORE lane."""

    def __init__(self, desk: Desk, window: Any) -> None:
        super().__init__(window)
        self._desk = desk
        self._window: _Window = window
        self._cases: Sequence[CaseLike] = ()
        self._documents: Sequence[Any] = ()
        self._wanted: str | None = None
        self.current: str | None = None
        self._switcher = CaseSwitcher(window, lambda: self._cases)
        self._switcher.opened.connect(self.open)
        self._switcher.created.connect(self.create)
        self._switcher.renamed.connect(self.rename)

    @property
    def all(self) -> Sequence[CaseLike]:
        """The cases as last read."""
        return self._cases

    def load(self, wanted: str | None = None) -> None:
        """Read the cases; open ``wanted``, else the open one, else the first."""
        library = self._desk.library
        if library is None:
            return
        self._wanted = wanted or self._wanted

        def read(_job: RunningJob) -> Sequence[CaseLike]:
            cases: Sequence[CaseLike] = library.cases()
            return cases

        self._desk.job_runner.start(Lane.STORE, read, self, self._loaded)

    def open(self, case: str | None) -> None:
        """Open a case in the whole window; one just made is read first."""
        if case is not None and all(c.id != case for c in self._cases):
            self.load(case)
            return
        changed = case != self.current
        self.current = case
        self._tell_name()
        if changed:
            self._window.show_case_everywhere(case)
        self._read_documents()

    def create(self, name: str) -> None:
        """Begin a case and open it."""
        self._store(lambda library: library.create_case(name).id, self._reload)

    def rename(self, case: str, name: str) -> None:
        """Give a case another name."""
        self._store(lambda library: library.rename_case(case, name), self._reload)

    def save_user(self, name: str) -> None:
        """Keep who handles the open case, inside the encrypted library."""
        case = self.current
        if case is not None:
            self._store(lambda library: library.save_note(case, DESK_NOTES, "user", {"name": name}), _nothing)

    def refresh(self, changes: ChangesLike) -> None:
        """Cases or documents changed: read the list again."""
        if changes.cases or changes.documents:
            self.load()

    def open_switcher(self) -> None:
        """Open the switcher under the case button."""
        self._switcher.open_at(self._window.top.case, self.current)

    def entries(self) -> list[Entry]:
        """The cases as lines of the palette."""
        return [
            Entry(case.name, tr("shell.palette.case"), (), partial(self.open, case.id))
            for case in self._cases
            if case.id != self.current
        ]

    def document_entries(self) -> list[Entry]:
        """The open case's documents as lines of the palette."""
        return [
            Entry(
                document_name(document),
                tr("shell.palette.document"),
                (document.name, document.title),
                partial(self._desk.show_document, document.id),
            )
            for document in self._documents
        ]

    def _reload(self, case: object) -> None:
        self.load(case if isinstance(case, str) else None)

    def _loaded(self, cases: Sequence[CaseLike]) -> None:
        self._cases = cases
        ids = [case.id for case in self._cases]
        wanted, self._wanted = self._wanted, None
        first = ids[0] if ids else None
        chosen = next((case for case in (wanted, self.current) if case in ids), first)
        self.open(chosen)

    def _tell_name(self) -> None:
        case = next((c for c in self._cases if c.id == self.current), None)
        self._window.case_opened(self.current, case.name if case else "", case.documents if case else 0)

    def _read_documents(self) -> None:
        library, case = self._desk.library, self.current
        if library is None or case is None:
            self._documents = ()
            return

        def read(_job: RunningJob) -> tuple[Sequence[Any], str | None]:
            kept = library.notes(case, DESK_NOTES).get("user")
            return library.documents(case), None if kept is None else str(kept.get("name", ""))

        self._desk.job_runner.start(Lane.STORE, read, self, self._documents_read)

    def _documents_read(self, read: tuple[Sequence[Any], str | None]) -> None:
        self._documents, user = read
        if user is not None:
            self._window.top.show_user(user)

    def _store(self, change: Callable[[Any], Any], then: Callable[[Any], object]) -> None:
        library = self._desk.library
        if library is not None:
            self._desk.job_runner.start(Lane.STORE, lambda _job: change(library), self, then, saves=True)


def _nothing(_result: object) -> None:
    """A change that nobody waits for."""
