"""File names of the open case's documents by id, fetched behind the window's back."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from workbench.i18n import tr
from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane


def document_name(document: Any) -> str:
    """What a stored document is called: a record of a file of many by its own title, any other by its file."""
    many = document.format == "jsonl" and document.title
    return str(document.title if many else document.name)


class DocumentNames:
    """Knows names at once or not yet; asks the library in a job and tells when they came."""

    def __init__(self, desk: Desk, owner: QObject, on_change: Callable[[], None]) -> None:
        self._desk = desk
        self._owner = owner
        self._on_change = on_change
        self._names: dict[str, str] = {}
        self._asked: set[str] = set()
        self._case: str | None = None
        self._job: JobHandle | None = None
        desk.job_runner.on_changes(owner, lambda _changes: self.load(self._case))

    def of(self, document: str) -> str:
        """The file name; a plain word until it is known."""
        name = self._names.get(document)
        if name is None:
            self._ask(document)
            return tr("evidence_list.document")
        return name

    @property
    def known(self) -> dict[str, str]:
        """The names by id, as far as they are known."""
        return dict(self._names)

    @property
    def count(self) -> int:
        """How many documents are known."""
        return len(self._names)

    def load(self, case: str | None) -> None:
        """Fetch the names of a case's documents."""
        self._case = case
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if case is None or self._desk.library is None:
            return
        library = self._desk.library
        self._job = self._desk.job_runner.start(
            Lane.IO,
            lambda _job: {d.id: document_name(d) for d in library.documents(case) if d.state != "rejected"},
            owner=self._owner,
            on_done=self._take,
            on_error=lambda _error: None,
        )

    def _take(self, names: dict[str, str]) -> None:
        if names != self._names:
            self._names = names
            self._on_change()

    def _ask(self, document: str) -> None:
        library = self._desk.library
        if library is None or document in self._asked:
            return
        self._asked.add(document)

        def take(name: str) -> None:
            self._names = {**self._names, document: name}
            self._on_change()

        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: document_name(library.document(document)),
            owner=self._owner,
            on_done=take,
            on_error=lambda _error: None,
        )
