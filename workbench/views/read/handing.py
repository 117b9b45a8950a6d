"""The grid and the page handed in: Excel, Word, paper."""

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.i18n import tr
from workbench.models.extracting import FieldSet
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane
from workbench.views.paper import print_html
from workbench.views.read import work
from workbench.views.read.grid_model import GridModel
from workbench.views.read.telling import Told, as_html, as_text
from workbench.views.saving import with_ending


class Handing(QObject):
    """Asks where, then writes or prints in a job and tells when it is done."""

    def __init__(self, desk: Desk, owner: QWidget) -> None:
        super().__init__(owner)
        self._desk = desk
        self._owner = owner

    def write(self, fields: FieldSet, model: GridModel, ending: str, ask: Callable[[str, str, str], str]) -> None:
        """The grid as Excel (``xlsx``) or Word (``docx``) where the user says."""
        key = "read.export_excel" if ending == "xlsx" else "read.export_word"
        chosen = ask(tr(key), f"{fields.title}.{ending}", tr(f"read.files.{ending}"))
        if not chosen:
            return
        path = with_ending(chosen, (f".{ending}",))
        documents, cells = tuple(model.documents), model.cells
        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: work.hand_in(fields.title, fields, documents, cells, path),
            owner=self,
            on_done=lambda written: self._desk.notify(tr("read.handed_in", name=written.name)),
            on_error=self._desk.warn,
        )

    def print_out(self, title: str, body: str, printer: QPrinter | None, *, across: bool) -> None:
        """HTML on paper; nothing where no printer was chosen."""
        if printer is not None:
            self._desk.job_runner.start(
                Lane.IO,
                lambda job: print_html(title, body, printer, job, across=across),
                owner=self,
                on_done=lambda _done: self._desk.notify(tr("read.printed", name=title)),
                on_error=self._desk.warn,
                title=tr("read.printing"),
            )

    def print_page(
        self, title: str, told: Sequence[Told], name_of: Callable[[str], str], printer: QPrinter | None
    ) -> None:
        """The page of a document on paper, each sentence with its source."""
        self.print_out(title, as_html(told, name_of), printer, across=False)

    def copy_page(self, title: str, told: Sequence[Told], name_of: Callable[[str], str]) -> None:
        """The page to the clipboard: plain, and laid out for a word processor."""
        data = QMimeData()
        data.setText(as_text(title, told, name_of))
        data.setHtml(f"<h2>{escape(title)}</h2>{as_html(told, name_of)}")
        QGuiApplication.clipboard().setMimeData(data)
        self._desk.notify(tr("read.page_copied", count=sum(len(part.claims) for part in told)))

    def ask_path(self, title: str, name: str, kinds: str) -> str:
        """Where to write; empty for nowhere."""
        return QFileDialog.getSaveFileName(self._owner, title, name, kinds)[0]

    def ask_printer(self) -> QPrinter | None:
        """The printer a person chooses."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        return printer if QPrintDialog(printer, self._owner).exec() else None
