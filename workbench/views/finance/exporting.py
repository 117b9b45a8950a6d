"""The finances handed in: Excel with live formulas."""

from pathlib import Path

from workbench.views.finance.material import Material


def export_workbook(material: Material, path: Path) -> Path:
    """Write statements, ratios, tools and signals as Excel. Work for a job."""
    from workbench.models.writing.export.workbook_finance import write_finance_workbook  # noqa: PLC0415 when needed

    review = material.review
    write_finance_workbook(review.finances, path, documents=material.names, signals=review.signals)
    return path
