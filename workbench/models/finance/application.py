"""The day a loan was applied for, as the papers of the case tell it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from workbench.models.documents.document import Block, Document
from workbench.models.evidence.claim import Citation
from workbench.models.finance.ledger.columns import day_of, declared

_BEGINNING = 4
"""Blocks that may say what a paper is."""


@dataclass(frozen=True, slots=True)
class Application:
    """``day``: when the borrower applied, with the words that say so."""

    day: date
    citation: Citation


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], ...]:
    said: Any = declared()["application"][key]
    return tuple(re.compile(text, re.MULTILINE) for text in ([said] if isinstance(said, str) else said))


def application_of(documents: Iterable[tuple[str, Document]]) -> Application | None:
    """The latest application of the papers given with their ids; None where no paper tells a day.

    A day beside a label (申请日期) counts in any paper; the date a paper closes with only in an application.
    """
    labelled: list[Application] = []
    closing: list[Application] = []
    for name, document in documents:
        labelled += [found for block in document.blocks for found in _told(name, block, "labelled")]
        beginning = "\n".join([document.title, *(block.text for block in document.blocks[:_BEGINNING])])
        if any(pattern.search(beginning) for pattern in _patterns("paper")):
            closing += [found for block in document.blocks for found in _told(name, block, "closing")]
    return max(labelled or closing, key=lambda found: found.day, default=None)


def _told(name: str, block: Block, kind: str) -> Iterator[Application]:
    for pattern in _patterns(kind):
        for match in pattern.finditer(block.text):
            day, anchor = day_of("".join(match["day"].split())), block.anchor(match.start(), match.end())
            if day is not None and anchor is not None:
                yield Application(day, Citation(name, match.group().strip(), anchor))
