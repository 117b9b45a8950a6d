"""The words of a Word paragraph in their final form, and what stands beside them.

Insertions are kept and deletions dropped; both are handed out as remarks, with the place in the final
text they belong to. Text boxes and references to notes and comments are handed out too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from workbench.models.documents.office import attribute, child, local

_DROPPED = {"moveFrom", "pPr", "rPr", "instrText", "delInstrText", "fldData", "sectPr", "rt", "tblPr", "sdtPr"}
_SYMBOLS = {"F0FE": "☑", "F0A8": "□", "F06F": "□", "F052": "☑", "F0FC": "√", "F0B7": "•", "F0A3": "□", "F0D8": "➢"}
_DEEPEST = 60
_REFERENCES = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
_BREAKS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(frozen=True, slots=True)
class Change:
    """A tracked change: ``kind`` as of a remark, ``start`` its first character in the final text."""

    kind: str
    text: str
    author: str
    date: str
    start: int


@dataclass(slots=True)
class Words:
    """The final text of one paragraph (``parts`` joined), and what stands beside it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    changes: list[Change] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    references: list[tuple[str, str, int]] = field(default_factory=list)
    """Kind (``footnote``, ``endnote``, ``comment``), id, and the character before which it stands."""

    @property
    def text(self) -> str:
        """The final text."""
        return "".join(self.parts)

    def add(self, text: str) -> None:
        """Append characters."""
        self.parts.append(text)
        self.length += len(text)


def words_of(paragraph: etree._Element) -> Words:
    """The paragraph's words, tabs and breaks as such; text boxes in it are not part of them."""
    words = Words()
    _gather(paragraph, words, 0)
    return words


def text_of(paragraph: etree._Element) -> str:
    """The final text of a paragraph."""
    return words_of(paragraph).text


def _gather(item: etree._Element, words: Words, depth: int) -> None:
    for part in item:
        kind = local(part)
        if kind == "t":
            words.add(part.text or "")
        elif kind in _BREAKS:
            words.add(_BREAKS[kind])
        elif kind == "br":
            words.add("" if attribute(part, "type") in ("page", "column") else "\n")
        elif kind == "sym":
            words.add(_SYMBOLS.get(attribute(part, "char").upper(), ""))
        elif kind and kind not in _DROPPED and depth < _DEEPEST:
            _gather_inside(part, kind, words, depth)


def _gather_inside(part: etree._Element, kind: str, words: Words, depth: int) -> None:
    """What holds further elements, or stands for something beside the text."""
    if kind == "del":
        text = "".join(_deleted(part))
        if text:
            words.changes.append(_change(part, "deleted", text, words.length))
    elif kind in ("ins", "moveTo"):
        start, before = words.length, len(words.parts)
        _gather(part, words, depth + 1)
        text = "".join(words.parts[before:])
        if text:
            words.changes.append(_change(part, "moved" if kind == "moveTo" else "inserted", text, start))
    elif kind == "txbxContent":
        words.boxes.append(part)
    elif kind == "AlternateContent":
        chosen = child(part, "Choice")
        _gather(part if chosen is None else chosen, words, depth + 1)
    elif kind == "textpath":
        words.add(attribute(part, "string"))
    elif kind in _REFERENCES:
        words.references.append((_REFERENCES[kind], attribute(part, "id"), words.length))
    else:
        _gather(part, words, depth + 1)


def _deleted(part: etree._Element) -> Iterator[str]:
    for item in part.iter("{*}delText", "{*}t", "{*}tab"):
        yield "\t" if local(item) == "tab" else item.text or ""


def _change(part: etree._Element, kind: str, text: str, start: int) -> Change:
    return Change(kind, text, attribute(part, "author"), attribute(part, "date"), start)


def is_deleted_row(row: etree._Element) -> bool:
    """Whether a tracked change deleted the whole row."""
    return child(child(row, "trPr"), "del") is not None


def inserted_or_plain(item: etree._Element) -> bool:
    """Whether an element only wraps others: content controls, insertions, custom marks."""
    return local(item) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
