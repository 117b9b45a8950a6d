"""The spine: anchors, citations, claims, numbers with units, and their verification by code."""

from workbench.models.evidence.anchor import (
    Anchor,
    Box,
    PageSpan,
    SheetSpan,
    Span,
    TextSpan,
    WordSpan,
    anchor_from_json,
)
from workbench.models.evidence.claim import Citation, Claim, Computation, Status
from workbench.models.evidence.numbers import Number, find_numbers
from workbench.models.evidence.sentences import split_sentences
from workbench.models.evidence.verify import Source, verify_sentence

__all__ = [
    "Anchor",
    "Box",
    "Citation",
    "Claim",
    "Computation",
    "Number",
    "PageSpan",
    "SheetSpan",
    "Source",
    "Span",
    "Status",
    "TextSpan",
    "WordSpan",
    "anchor_from_json",
    "find_numbers",
    "split_sentences",
    "verify_sentence",
]
