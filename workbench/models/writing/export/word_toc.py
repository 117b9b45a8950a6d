"""A table of contents that can be read before Word has built it."""

from dataclasses import dataclass
from typing import Any

from docx.text.paragraph import Paragraph

from workbench.models.writing.export.ooxml import element, field_code, field_mark, text_run, xml_safe

_FIELD = 'TOC \\o "1-2" \\h \\z \\u'


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading: its words, its level from 1, the bookmark around it."""

    text: str
    level: int
    bookmark: str


def contents(place: Paragraph, entries: list[Entry], title: str) -> None:
    """Put the title into ``place`` and the contents behind it: a field, its entries filled in beforehand.

    Page numbers come when Word builds the field; none is better than a wrong one.
    """
    for run in place.runs:
        run.text = ""
    place.add_run(title)
    behind = place._p
    for number, entry in enumerate(entries):
        paragraph = _line(entry)
        if number == 0:
            for position, run in enumerate((field_mark("begin"), field_code(_FIELD), field_mark("separate"))):
                paragraph.insert(1 + position, run)
        if number == len(entries) - 1:
            paragraph.append(field_mark("end"))
        behind.addnext(paragraph)
        behind = paragraph


def _line(entry: Entry) -> Any:
    paragraph = element("p")
    properties = element("pPr")
    properties.append(element("pStyle", val=f"TOC{entry.level}"))
    link = element("hyperlink", anchor=entry.bookmark, history="1")
    link.append(text_run(xml_safe(entry.text)))
    paragraph.extend([properties, link])
    return paragraph
