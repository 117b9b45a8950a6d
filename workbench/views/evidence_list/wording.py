"""How places and references are said: ``第 41 页``, ``资产负债表 C17``, ``“…”（审计报告.pdf，第 41 页）``."""

from workbench.i18n import tr
from workbench.models.evidence import Anchor, Citation, PageSpan, SheetSpan, TextSpan, WordSpan


def where(anchor: Anchor) -> str:
    """Where an anchor begins, for people."""
    match anchor.spans[0]:
        case PageSpan(page):
            return tr("evidence_list.at_page", page=page)
        case SheetSpan(sheet, cells):
            return tr("evidence_list.at_cell", sheet=sheet, cells=cells)
        case WordSpan(table=int(table), row=row, column=column):
            return tr("evidence_list.at_table", table=table + 1, row=(row or 0) + 1, column=(column or 0) + 1)
        case WordSpan(paragraph=paragraph):
            return tr("evidence_list.at_paragraph", paragraph=(paragraph or 0) + 1)
        case TextSpan(line):
            return tr("evidence_list.at_line", line=line)


def short_where(anchor: Anchor) -> str:
    """The same in the room of a chip: ``41``, ``C17``, ``¶3``, ``L12``."""
    match anchor.spans[0]:
        case PageSpan(page):
            return str(page)
        case SheetSpan(_, cells):
            return cells
        case WordSpan(table=int(table)):
            return tr("evidence_list.chip_table", table=table + 1)
        case WordSpan(paragraph=paragraph):
            return f"¶{(paragraph or 0) + 1}"
        case TextSpan(line):
            return f"L{line}"


def short_name(name: str, most: int = 14) -> str:
    """A file's name without its ending, cut in the middle to at most ``most`` letters."""
    stem = name.rsplit(".", 1)[0] if "." in name else name
    if len(stem) <= most:
        return stem
    head = (most - 1) // 2
    return f"{stem[:head]}…{stem[-(most - 1 - head) :]}"


def reference(name: str, citation: Citation) -> str:
    """A quote with its reference, as copied: words, document and place."""
    return tr("evidence_list.reference", quote=citation.quote.strip(), document=name, place=where(citation.anchor))
