"""A draft handed in: Word with its sources, Excel with its figures."""

from pathlib import Path

from workbench.models.writing.report import Report


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
