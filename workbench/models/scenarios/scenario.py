"""What a scenario declares: outline, questions, sentences of figures, tables, signals, words for the model."""

from dataclasses import dataclass, field
from typing import Literal

from workbench.models.scenarios.expressions import Expression

Engine = Literal["read", "ask", "write", "review", "practise", "compare"]
SectionKind = Literal["narrative", "figures", "signals", "opinion"]
Format = Literal["", "money", "percent", "points", "times", "days", "plain"]
"""How a computed figure is written; empty: as the figure itself is."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text in ``language``; English for anything but ``zh``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Question:
    """What a paragraph has to answer from the documents.

    ``query`` finds the passages; a passage counts only when it holds one of ``expect`` (none: any
    passage counts). ``facts`` are figures offered to the model beside the passages.
    """

    id: str
    ask: Words
    query: Words
    expect: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    passages: int = 3
    sentences: int = 2
    missing: Words | None = None
    table: Words | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of the scenario's own making: a name, its formula and how it is written."""

    name: str
    label: Words
    value: Expression
    format: Format = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sentence where code sets a figure."""

    expression: Expression
    format: Format = ""


@dataclass(frozen=True, slots=True)
class SentencePattern:
    """A sentence of figures, written by code when every figure is known and ``when`` holds.

    Patterns with the same ``paragraph`` form one paragraph; of those with the same ``choice`` only
    the first that fits is written.
    """

    id: str
    section: str
    paragraph: str
    parts: dict[str, tuple[str | Slot, ...]]
    when: Expression | None = None
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its label and its value in the latest year."""

    label: Words
    value: Expression
    format: Format = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table made by code: one column a year, and the change against the year before when asked.

    ``unit`` is the unit of its amounts (``元``, ``万元``, ``亿元``).
    """

    id: str
    section: str
    title: Words
    rows: tuple[Row, ...]
    periods: int = 3
    change: bool = False
    unit: str = "万元"
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A risk rule: fires when ``when`` holds; then its sentence and its advice are written."""

    id: str
    name: Words
    when: Expression
    parts: dict[str, tuple[str | Slot, ...]]
    advice: Words
    severity: Literal["high", "medium", "low"] = "medium"


@dataclass(frozen=True, slots=True)
class Material:
    """A paper that has to be in the file; any of ``words`` in a name or text shows that it is."""

    id: str
    name: Words
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the outline. ``facts`` are names of single figures (申请金额) listed in a table of their own."""

    id: str
    kind: SectionKind
    title: Words
    questions: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()
    sentences: tuple[SentencePattern, ...] = ()
    tables: tuple[TableSpec, ...] = ()
    signals: tuple[Signal, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario pack as loaded.

    ``prompts`` are texts by name; ``boilerplate`` are words that show a passage to be general talk
    (accounting policies, audit procedures) and no fact; ``fingerprint`` changes with any file. ``adapter``
    names a LoRA adapter of the chat model that words the scenario's sentences; empty: the plain model does.
    """

    id: str
    version: str
    name: Words
    engines: tuple[Engine, ...]
    sections: tuple[Section, ...]
    indicators: dict[str, Indicator] = field(default_factory=dict)
    prompts: dict[str, Words] = field(default_factory=dict)
    template: str = ""
    boilerplate: tuple[str, ...] = ()
    fingerprint: str = ""
    adapter: str = ""

    def section(self, section_id: str) -> Section:
        """The section of that id; raises KeyError."""
        return next((s for s in self.sections if s.id == section_id), None) or _absent(section_id)


def _absent(section_id: str) -> Section:
    raise KeyError(section_id)
