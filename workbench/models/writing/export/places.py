"""Citations in words a reader can follow: document, page, paragraph, cell."""

from collections.abc import Iterable, Mapping

from workbench.i18n import tr
from workbench.models.evidence import Anchor, Citation, PageSpan, SheetSpan, TextSpan, WordSpan

_QUOTE = 64


def place_words(anchor: Anchor) -> str:
    """Where it stands: ``第41页``, ``第3段``, ``明细!C12``."""
    match anchor.spans[0]:
        case PageSpan(page=page):
            return tr("writing.place.page", page=page)
        case SheetSpan(sheet=sheet, cells=cells):
            return f"{sheet}!{cells}"
        case WordSpan(paragraph=int(paragraph)):
            return tr("writing.place.paragraph", paragraph=paragraph + 1)
        case WordSpan(table=table, row=row):
            return tr("writing.place.table", table=(table or 0) + 1, row=(row or 0) + 1)
        case TextSpan(line=line):
            return tr("writing.place.line", line=line)


def document_name(citation: Citation, names: Mapping[str, str]) -> str:
    """The cited document's file name, without its ending."""
    name = names.get(citation.document, citation.document)
    stem, dot, ending = name.rpartition(".")
    return stem if dot and len(ending) <= 5 else name


def short_quote(citation: Citation, longest: int = _QUOTE) -> str:
    """The quoted words on one line, cut to ``longest`` characters."""
    quote = " ".join(citation.quote.split())
    return quote if len(quote) <= longest else quote[: longest - 1] + "…"


def source_note(citation: Citation, names: Mapping[str, str]) -> str:
    """The words of a footnote: ``《审计报告》第41页：“资产负债率63.68%”``."""
    return tr(
        "writing.source",
        document=document_name(citation, names),
        place=place_words(citation.anchor),
        quote=short_quote(citation),
    )


def source_line(citations: Iterable[Citation], names: Mapping[str, str]) -> str:
    """All sources of a table in a line, each document once with its places in order."""
    places: dict[str, dict[str, None]] = {}
    for citation in citations:
        places.setdefault(document_name(citation, names), {})[place_words(citation.anchor)] = None
    comma = tr("writing.comma")
    parts = [tr("writing.source.short", document=d, places=comma.join(list(p)[:6])) for d, p in places.items()]
    return tr("writing.source.table", sources=tr("writing.semicolon").join(parts)) if parts else ""
