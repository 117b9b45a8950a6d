"""Bank statements and flow sheets of any bank as one ledger, and what it tells."""

from workbench.models.finance.ledger.balance import Break
from workbench.models.finance.ledger.entry import Account, Entry, Ledger
from workbench.models.finance.ledger.flow_signals import Subject, flow_signals
from workbench.models.finance.ledger.reading import ledger_of
from workbench.models.finance.ledger.summary import Month, Party, by_month, by_party, largest_parties

__all__ = [
    "Account",
    "Break",
    "Entry",
    "Ledger",
    "Month",
    "Party",
    "Subject",
    "by_month",
    "by_party",
    "flow_signals",
    "largest_parties",
    "ledger_of",
]
