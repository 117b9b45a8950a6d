"""Statements, ratios, checks, signals, bank flows, credit reports, tools: pure functions over documents as read."""

from workbench.models.finance.analysis import (
    Altman,
    CommonSize,
    DuPont,
    Peer,
    Trend,
    altman_of,
    common_size_of,
    dupont_of,
    peers_of,
    trends_of,
)
from workbench.models.finance.check import Check
from workbench.models.finance.checks import checks_of
from workbench.models.finance.conflicts import Conflict, conflicts_of
from workbench.models.finance.credit_report import CreditReport, credit_reports_of, report_signals
from workbench.models.finance.display import display
from workbench.models.finance.fact import Fact
from workbench.models.finance.facts import Finances, case_facts, finances_of, key_of
from workbench.models.finance.ledger import Ledger, Subject, flow_signals, ledger_of
from workbench.models.finance.mentions import Mention, mentions_of
from workbench.models.finance.notes import Note, Opinion, notes_of, opinions_of
from workbench.models.finance.plan import Plan, plan_of
from workbench.models.finance.ratios import Ratio, case_values, ratio_rules, ratios_of
from workbench.models.finance.signal import Signal, SignalRule, signal_rules
from workbench.models.finance.signals import Assessment, assessments_of, signals_of
from workbench.models.finance.statement import LineItem, Statement
from workbench.models.finance.statements import statements_of
from workbench.models.finance.stress import (
    BreakEven,
    Limits,
    RepaymentInputs,
    Shock,
    StressBase,
    break_even,
    limits_of,
    repayment_projection,
    stress_base,
    stress_test,
)
from workbench.models.finance.tools import (
    WorkingCapitalInputs,
    WorkingCapitalNeed,
    expected_growth,
    working_capital_inputs,
    working_capital_need,
)

__all__ = [
    "Altman",
    "Assessment",
    "BreakEven",
    "Check",
    "CommonSize",
    "Conflict",
    "CreditReport",
    "DuPont",
    "Fact",
    "Finances",
    "Ledger",
    "Limits",
    "LineItem",
    "Mention",
    "Note",
    "Opinion",
    "Peer",
    "Plan",
    "Ratio",
    "RepaymentInputs",
    "Shock",
    "Signal",
    "SignalRule",
    "Statement",
    "StressBase",
    "Subject",
    "Trend",
    "WorkingCapitalInputs",
    "WorkingCapitalNeed",
    "altman_of",
    "assessments_of",
    "break_even",
    "case_facts",
    "case_values",
    "checks_of",
    "common_size_of",
    "conflicts_of",
    "credit_reports_of",
    "display",
    "dupont_of",
    "expected_growth",
    "finances_of",
    "flow_signals",
    "key_of",
    "ledger_of",
    "limits_of",
    "mentions_of",
    "notes_of",
    "opinions_of",
    "peers_of",
    "plan_of",
    "ratio_rules",
    "ratios_of",
    "repayment_projection",
    "report_signals",
    "signal_rules",
    "signals_of",
    "statements_of",
    "stress_base",
    "stress_test",
    "trends_of",
    "working_capital_inputs",
    "working_capital_need",
]
