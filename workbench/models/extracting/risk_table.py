"""Risks told in tables: a column of causes beside a column of consequences, or cells that say it in a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.models.documents.document import Block, Cell
from workbench.models.evidence.sentences import sentence_spans
from workbench.models.extracting.places import Paper
from workbench.models.extracting.risk_rules import risk_rules
from workbench.models.extracting.risk_sentence import Step, Train, steps_of

_HEADS = 2
"""Rows from the top that may say what the columns are."""
_ROWS = 60
_LEAST, _MOST = 3, 200
"""Characters of a cell that can name a cause or a consequence."""


@dataclass(frozen=True, slots=True)
class TableStep:
    """A step with the words that tell it, ``block.text[start:end]``, and what the table stands under."""

    step: Step
    block: int
    start: int
    end: int
    under: str


def table_steps(paper: Paper) -> Iterator[TableStep]:
    """Every step told by the tables of a paper that are about risks, in reading order."""
    rules = risk_rules()
    for number, block, heading in paper.blocks:
        if not block.cells or rules.other.search(heading):
            continue
        rows = block.rows()[:_ROWS]
        found = _columns(block, rows)
        if found is None:
            continue
        top, causes, effects = found
        under = heading or block.caption
        for row in rows[top + 1 :]:
            for step, start, end in _of_row(block, row, causes, effects):
                yield TableStep(step, number, start, end, under)


def _columns(block: Block, rows: Sequence[Sequence[Cell]]) -> tuple[int, frozenset[int], frozenset[int]] | None:
    """The row of heads, the columns of causes and of consequences; None for a table about other things."""
    rules = risk_rules()
    for number, row in enumerate(rows[:_HEADS]):
        heads = {cell.column: "".join(_text(block, cell).split()) for cell in row}
        causes = frozenset(c for c, words in heads.items() if rules.cause_head.search(words))
        effects = frozenset(c for c, words in heads.items() if c not in causes and rules.effect_head.search(words))
        if causes and any("险" in heads[c] or effects for c in causes):
            return number, causes, effects
    return None


def _of_row(
    block: Block, row: Sequence[Cell], causes: frozenset[int], effects: frozenset[int]
) -> Iterator[tuple[Step, int, int]]:
    """What a row says: each cause leads to each consequence beside it; sentences of a cell say it themselves."""
    cells = [cell for cell in row if _LEAST <= len(_text(block, cell)) <= _MOST]
    named = [cell for cell in cells if cell.column in causes]
    for effect in (cell for cell in cells if cell.column in effects):
        for cause in named:
            told = f"{_text(block, cause)}导致{_text(block, effect)}"
            first, last = min(cause.start, effect.start), max(cause.end, effect.end)
            yield from ((step, first, last) for step in steps_of(told))
    for cell in cells:
        if cell.column in effects and named:
            continue
        train, text = Train(), _text(block, cell)
        offset = block.text.find(text, cell.start)
        for start, end in sentence_spans(text):
            if not risk_rules().pass_over.search(text[start:end]):
                yield from ((step, offset + start, offset + end) for step in steps_of(text[start:end], train))


def _text(block: Block, cell: Cell) -> str:
    return block.text[cell.start : cell.end].strip().rstrip("。；;")
