"""Credit reports of companies and persons as data, and what they warn of."""

from workbench.models.finance.credit_report.reading import credit_reports_of
from workbench.models.finance.credit_report.report import CreditReport, Debt, Enquiry, Guarantee, Told
from workbench.models.finance.credit_report.report_signals import report_signals

__all__ = ["CreditReport", "Debt", "Enquiry", "Guarantee", "Told", "credit_reports_of", "report_signals"]
