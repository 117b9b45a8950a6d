"""Handing in: where the user says, in a job, and told when it is done."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views.desk import Desk
from workbench.views.finance.exporting import export_workbook
from workbench.views.finance.material import Material
from workbench.views.finance.on_paper import Sheet, html_of
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.paper import print_html
from workbench.views.saving import write_picture


class Handing(QObject):
    """Writes what ``material`` holds; ``changed`` when writing begins and when it is over."""

    changed = Signal()

    def __init__(self, desk: Desk, pane: QWidget) -> None:
        super().__init__(pane)
        self._desk = desk
        self._pane = pane
        self._writing: JobHandle | None = None
        self.material: Material | None = None
        self.choose_path: Callable[[str, str, str], str] = self._ask_path
        self.choose_printer: Callable[[], QPrinter | None] = self._ask_printer

    @property
    def possible(self) -> bool:
        """Whether there are statements, and none are being written."""
        return self.material is not None and bool(self.material.statements) and self._writing is None

    def workbook(self) -> None:
        """The finances as Excel."""
        material = self.material
        if material is None or not self.possible:
            return
        given = self.choose_path(tr("finance_pane.export"), tr("finance_pane.workbook_name"), "xlsx")
        if not given:
            return
        path = Path(given)
        self._writing = self._desk.job_runner.start(
            Lane.IO,
            lambda _job: export_workbook(material, path),
            owner=self,
            on_done=self._written,
            on_error=self._failed,
            on_cancel=self._over,
            title=tr("finance_pane.exporting"),
        )
        self.changed.emit()

    def picture(self, picture: QImage) -> None:
        """A chart as PNG."""
        given = self.choose_path(tr("finance_pane.save_picture"), tr("finance_pane.picture_name"), "png")
        if given:
            path = Path(given)
            self._desk.job_runner.start(
                Lane.IO,
                lambda _job: write_picture(path, picture),
                owner=self,
                on_done=self._written,
                on_error=self._failed,
            )

    def paper(self, sheet: Sheet) -> None:
        """A view on paper."""
        printer = None if sheet.blank else self.choose_printer()
        if printer is None:
            return
        company = self.material.review.finances.company if self.material else ""
        title = sheet.title if not company or company in sheet.title else f"{company} {sheet.title}"
        self._desk.job_runner.start(
            Lane.IO,
            lambda job: print_html(title, html_of(sheet), printer, job, across=sheet.across, picture=sheet.picture),
            owner=self,
            on_done=lambda _done: self._desk.notify(tr("finance_pane.printed", name=sheet.title)),
            on_error=self._failed,
            title=tr("finance_pane.printing"),
        )

    def _written(self, path: Path) -> None:
        self._over()
        self._desk.notify(tr("finance_pane.written", name=path.name))

    def _failed(self, error: WorkbenchError) -> None:
        self._over()
        self._desk.warn(error)

    def _over(self) -> None:
        self._writing = None
        self.changed.emit()

    def _ask_printer(self) -> QPrinter | None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        return printer if QPrintDialog(printer, self._pane).exec() else None

    def _ask_path(self, title: str, name: str, ending: str) -> str:
        kinds = tr(f"finance_pane.files.{ending}")
        suggested = f"{self.material.review.finances.company if self.material else ''}{name}.{ending}"
        chosen, _ = QFileDialog.getSaveFileName(self._pane, title, suggested, kinds)
        return chosen if not chosen or chosen.lower().endswith(f".{ending}") else f"{chosen}.{ending}"
