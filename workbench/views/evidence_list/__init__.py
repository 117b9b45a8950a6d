"""The evidence of what is selected, and sentences that carry their evidence."""

from workbench.views.evidence_list.claim_text import STYLE, ClaimText
from workbench.views.evidence_list.elided import ElidedLabel
from workbench.views.evidence_list.evidence_list import EvidenceList, EvidenceRow, create, rows_of
from workbench.views.evidence_list.names import DocumentNames, document_name
from workbench.views.evidence_list.state_page import StatePage
from workbench.views.evidence_list.two_lines import FACTS, FACTS_INK, TwoLines, WrappedLines
from workbench.views.evidence_list.wording import reference, short_name, short_where, where

__all__ = [
    "FACTS",
    "FACTS_INK",
    "STYLE",
    "ClaimText",
    "DocumentNames",
    "ElidedLabel",
    "EvidenceList",
    "EvidenceRow",
    "StatePage",
    "TwoLines",
    "WrappedLines",
    "create",
    "document_name",
    "reference",
    "rows_of",
    "short_name",
    "short_where",
    "where",
]
