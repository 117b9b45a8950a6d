"""The ways documents come in: chosen, dropped, pasted, the sample, and a file once more."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.library.queue import Batch
from workbench.paths import resources
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane, RunningJob
from workbench.views.library_pane.following import Following
from workbench.views.library_pane.imports import Arrived, Imports
from workbench.views.library_pane.pasting import as_file, paths_of, picture_of

_SAMPLE = "credit_case"


def has_sample() -> bool:
    """Whether the program was shipped with the sample case."""
    return (resources() / "samples" / _SAMPLE).is_dir()


class Bringing(QObject):
    """Hands what the user brings to the import of the open case; without one, a case is begun for it."""

    def __init__(self, desk: Desk, imports: Imports, following: Following, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._imports = imports
        self._following = following
        self._window = window
        self._case: str | None = None
        self._paths: dict[str, Path] = {}

    def show_case(self, case: str | None) -> None:
        """Another case is open."""
        self._case = case

    def remember(self, result: Any) -> None:
        """Where a file lies, so that it can be read once more."""
        if result.document or result.status == "rejected":
            self._paths[Path(result.path).name] = Path(result.path)

    def take_in(self, paths: Sequence[Path], password: str | None = None) -> None:
        """Take files and folders into the open case; without one, a case is begun for them."""
        if not paths or not self._may_import():
            return
        if self._case is not None:
            self._imports.start(Batch(self._case, tuple(paths), password))
            return
        name = paths[0].stem if paths[0].is_file() else paths[0].name
        self._begin_case(name or tr("library_pane.new_case"), tuple(paths))

    def choose_files(self) -> None:
        """Ask for files."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, tr("library_pane.import"), "", tr("library_pane.file_kinds")
        )
        self.take_in([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self._window, tr("library_pane.import_folder"))
        self.take_in([Path(name)] if name else [])

    def choose_followed(self) -> None:
        """Ask for a folder to follow."""
        name = QFileDialog.getExistingDirectory(self._window, tr("library_pane.follow"))
        if name and self._may_import():
            self._following.follow(Path(name))

    def paste(self) -> None:
        """Take in the picture or the files on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        paths, picture = paths_of(clipboard.mimeData()), picture_of(clipboard)
        if paths:
            self.take_in(paths)
        elif picture is None:
            self._desk.notify(tr("library_pane.nothing_to_paste"))
        elif self._case is None:
            self._desk.notify(tr("library_pane.paste_needs_case"))
        elif self._may_import():
            self._take_in_picture(self._case, picture)

    def open_sample(self) -> None:
        """Open the sample case, made on first use."""
        self._begin_case(tr("library_pane.sample_case"), (resources() / "samples" / _SAMPLE,))

    def once_more(self, document: Any, password: str | None = None) -> None:
        """Read a document's file again, asking where it lies if nobody knows."""
        path = Path(document.path) if document.path else self._paths.get(document.name)
        if path is None or not path.exists():
            name, _ = QFileDialog.getOpenFileName(self._window, tr("library_pane.where", name=document.name))
            path = Path(name) if name else None
        if path is not None:
            self.take_in([path], password)

    def _may_import(self) -> bool:
        if self._desk.importer is None:
            self._desk.warn(WorkbenchError(tr("library_pane.no_service"), tr("library_pane.no_service_hint")))
            return False
        return True

    def _take_in_picture(self, case: str, picture: QImage) -> None:
        importer = self._desk.importer

        def take_in(job: RunningJob) -> Arrived:
            documents = set()
            with as_file(picture) as path:
                for result in importer.add(case, [path], job):
                    job.tell(result)
                    documents.update([result.document] if result.document else [])
            return Arrived(frozenset({case}), frozenset(documents))

        def ended(_changes: Arrived) -> None:
            self._desk.notify(tr("library_pane.pasted"))
            self._imports.embed()

        self._desk.job_runner.start(
            Lane.IO, take_in, self, ended, on_event=self.remember, title=tr("library_pane.job_paste")
        )

    def _begin_case(self, name: str, paths: tuple[Path, ...]) -> None:
        library = self._desk.library
        if library is None:
            return

        def begin(_job: object) -> str:
            known = next((case.id for case in library.cases() if case.name == name), None)
            return known if known is not None else str(library.create_case(name).id)

        def begun(case: str) -> None:
            self._desk.open_case(case)
            self._imports.start(Batch(case, paths))

        self._desk.job_runner.start(Lane.IO, begin, owner=self, on_done=begun)
