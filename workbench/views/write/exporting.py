"""A draft handed in: Word with its sources, Excel with its figures."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from workbench.i18n import tr
from workbench.models.writing.report import Report
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane

_NOT_IN_NAMES = '\\/:*?"<>|'


def export_word(report: Report, path: Path) -> Path:
    """Write the report as Word. Work for a job."""
    from workbench.models.writing.export.word import write_word  # noqa: PLC0415 loaded when first needed

    write_word(report, path)
    return path


def export_workbook(report: Report, path: Path) -> Path:
    """Write the report's figures as Excel. Work for a job."""
    from workbench.models.writing.export.workbook import write_workbook  # noqa: PLC0415 loaded when first needed

    write_workbook(report, path)
    return path


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file a draft is handed in as."""

    ending: str
    title_key: str
    kinds_key: str
    write: Callable[[Report, Path], Path]


WORD = Form("docx", "write.export_word", "write.word_files", export_word)
WORKBOOK = Form("xlsx", "write.export_workbook", "write.workbook_files", export_workbook)


def hand_in(
    desk: Desk,
    owner: QObject,
    report: Report,
    form: Form,
    *,
    choose_path: Callable[[str, str, str], str],
    open_folder: Callable[[Path], object],
) -> None:
    """Ask where to, write the file there in the background, and open its folder."""
    name = "".join(letter for letter in f"{report.case_name} {report.title}" if letter not in _NOT_IN_NAMES)
    chosen = choose_path(tr(form.title_key), f"{name}.{form.ending}", tr(form.kinds_key))
    if not chosen:
        return
    path = Path(chosen)
    if path.suffix.lower() != f".{form.ending}":
        path = path.with_name(f"{path.name}.{form.ending}")

    def done(written: Path) -> None:
        desk.notify(tr("write.handed_in", name=written.name))
        open_folder(written.parent)

    desk.job_runner.start(
        Lane.IO,
        lambda _job: form.write(report, path),
        owner=owner,
        on_done=done,
        on_error=desk.warn,
        title=tr(form.title_key),
    )


def open_folder(folder: Path) -> None:
    """Show a folder in the system's own window."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
