"""Printing the source, and saving it as a PDF with what is marked in it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.i18n import tr
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane
from workbench.views.source.grid import Grid
from workbench.views.source.loading import Loaded
from workbench.views.source.printing import Marks, print_source

Shown = tuple[Loaded, Marks, Grid | None]


class Paper(QObject):
    """Asks where to, and lets a job do it."""

    def __init__(self, desk: Desk, shown: Callable[[], Shown | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown = shown
        self._window = parent

    def ask_printer(self) -> None:
        """Ask for printer and pages, and print."""
        shown = self._shown()
        if shown is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(shown[0].name)
        dialog = QPrintDialog(printer, self._window)
        if shown[0].pages:
            dialog.setMinMax(1, len(shown[0].pages))
            dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
        if dialog.exec():
            self._print(shown, printer, tr("source.printed", name=shown[0].name))

    def ask_file(self) -> None:
        """Ask for a file, and save the source there with its marks."""
        shown = self._shown()
        if shown is None:
            return
        usual = f"{Path(shown[0].name).stem}{tr('source.pdf_tail')}.pdf"
        name, _ = QFileDialog.getSaveFileName(self._window, tr("source.save_pdf"), usual, "PDF (*.pdf)")
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Save the source as a PDF with its marks."""
        shown = self._shown()
        if shown is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        printer.setDocName(shown[0].name)
        self._print(shown, printer, tr("source.saved_pdf", name=path.name))

    def _print(self, shown: Shown, printer: QPrinter, said: str) -> None:
        loaded, marks, grid = shown
        self._desk.job_runner.start(
            Lane.IO,
            lambda job: print_source(loaded, printer, marks, job, grid),
            self,
            lambda _done: self._desk.notify(said),
            title=tr("source.job_print", name=loaded.name),
        )
