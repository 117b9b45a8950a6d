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

__all__ = [
    "Anchor",
    "Box",
    "Citation",
    "Claim",
    "Computation",
    "PageSpan",
    "SheetSpan",
    "Span",
    "Status",
    "TextSpan",
    "WordSpan",
    "anchor_from_json",
]
