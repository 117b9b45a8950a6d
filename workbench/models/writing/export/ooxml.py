"""The parts of WordprocessingML python-docx has no calls for: fields, bookmarks, links, footnotes."""

from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from lxml import etree

_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])


def xml_safe(text: str) -> str:
    """Without the control characters XML can't hold."""
    return text.translate(_ILLEGAL)


def element(tag: str, **attributes: str) -> Any:
    """An element of the ``w`` namespace with ``w`` attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def text_run(text: str, style: str = "") -> Any:
    """A run of text."""
    run = element("r")
    if style:
        properties = element("rPr")
        properties.append(element("rStyle", val=style))
        run.append(properties)
    words = element("t")
    words.text = xml_safe(text)
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    return run


def field_mark(kind: str) -> Any:
    """A run that begins, separates or ends a field."""
    run = element("r")
    run.append(element("fldChar", fldCharType=kind))
    return run


def field_code(code: str) -> Any:
    """A run with a field's instruction."""
    run = element("r")
    instruction = element("instrText")
    instruction.text = f" {code} "
    instruction.set(qn("xml:space"), "preserve")
    run.append(instruction)
    return run


def field(code: str, shown: str) -> list[Any]:
    """The runs of a field that shows ``shown`` until it is updated."""
    return [field_mark("begin"), field_code(code), field_mark("separate"), text_run(shown), field_mark("end")]


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Put a bookmark around all a paragraph holds."""
    start = element("bookmarkStart", id=str(number), name=name)
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


class StyleIds:
    """Style ids by name, looked up once: asking python-docx for each cell walks all styles each time."""

    def __init__(self, document: WordDocument) -> None:
        self._ids: dict[str, str] = {s.name: s.style_id for s in document.styles if s.name}

    def __contains__(self, name: str) -> bool:
        return name in self._ids

    def apply(self, paragraph: Paragraph, name: str) -> None:
        """Give a paragraph a style; one the template lacks is left as it is."""
        if name in self._ids:
            paragraph._p.style = self._ids[name]


def shade(run: Any, fill: str) -> None:
    """Colour behind a run; ``fill`` is RRGGBB."""
    run._r.get_or_add_rPr().append(element("shd", val="clear", color="auto", fill=fill))


def update_fields_on_open(document: WordDocument) -> None:
    """Ask Word to bring contents and page numbers up to date when it opens the file."""
    settings = document.settings.element
    if settings.find(qn("w:updateFields")) is None:
        settings.append(element("updateFields", val="true"))


class Footnotes:
    """The footnotes of a document; :meth:`add` returns the run that refers to a new one."""

    def __init__(self, document: WordDocument) -> None:
        self._part = self._find(document) or self._make(document)
        self._root = parse_xml(self._part.blob)
        ids = [int(note.get(qn("w:id"))) for note in self._root]
        self._next = max([0, *ids]) + 1

    @staticmethod
    def _find(document: WordDocument) -> Part | None:
        related = document.part.rels.values()
        return next((r.target_part for r in related if r.reltype == RELATIONSHIP_TYPE.FOOTNOTES), None)

    @staticmethod
    def _make(document: WordDocument) -> Part:
        marks = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{mark}/></w:r></w:p></w:footnote>'
            for number, (kind, mark) in enumerate(
                (("separator", "separator"), ("continuationSeparator", "continuationSeparator")), start=-1
            )
        )
        blob = f"<w:footnotes {nsdecls('w')}>{marks}</w:footnotes>".encode()
        part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES_TYPE, blob, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        return part

    def add(self, text: str) -> Any:
        """A new footnote; the run to be put behind the sentence."""
        number = str(self._next)
        self._next += 1
        note = element("footnote", id=number)
        paragraph = element("p")
        properties = element("pPr")
        properties.append(element("pStyle", val="FootnoteText"))
        paragraph.append(properties)
        mark = element("r")
        mark_properties = element("rPr")
        mark_properties.append(element("rStyle", val="FootnoteReference"))
        mark.append(mark_properties)
        mark.append(element("footnoteRef"))
        paragraph.extend([mark, text_run(f" {text}")])
        note.append(paragraph)
        self._root.append(note)
        reference = element("r")
        reference_properties = element("rPr")
        reference_properties.append(element("rStyle", val="FootnoteReference"))
        reference.append(reference_properties)
        reference.append(element("footnoteReference", id=number))
        return reference

    def close(self) -> None:
        """Put the notes into the file; nothing may be added afterwards."""
        self._part._blob = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
