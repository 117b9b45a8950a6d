"""Scenario packs from their folders: ``scenario.toml``, ``figures.toml``, ``prompts.toml``."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from workbench.errors import ScenarioError
from workbench.i18n import tr
from workbench.models.scenarios.expressions import parse_expression
from workbench.models.scenarios.fields import Fields, read_fields
from workbench.models.scenarios.scenario import (
    Engine,
    Format,
    Indicator,
    Material,
    Question,
    Row,
    Scenario,
    Section,
    SectionKind,
    SentencePattern,
    Signal,
    Slot,
    TableSpec,
    Words,
)
from workbench.paths import resources

SCENARIO_FILE = "scenario.toml"
_FIGURES_FILE = "figures.toml"
_PROMPTS_FILE = "prompts.toml"
_SLOT = re.compile(r"\{([^{}]+)\}")
_FORMATS: tuple[str, ...] = get_args(Format)
_UNITS = ("元", "万元", "亿元")


def search_path(home: Path | None = None) -> tuple[Path, ...]:
    """Folders holding packs, the bank's own (``home/scenarios``) before ours."""
    ours = resources() / "scenarios"
    return (home / "scenarios", ours) if home is not None else (ours,)


def list_scenarios(folders: Sequence[Path] | None = None) -> tuple[str, ...]:
    """Ids of all packs found, sorted; broken ones are listed too and fail when loaded."""
    places = folders if folders is not None else search_path()
    return tuple(sorted({f.parent.name for place in places for f in place.glob(f"*/{SCENARIO_FILE}")}))


def load_scenario(scenario_id: str, folders: Sequence[Path] | None = None) -> Scenario:
    """The pack of that id from the first folder that has it. Raises ScenarioError with file and line."""
    places = folders if folders is not None else search_path()
    if re.fullmatch(r"\w+", scenario_id):
        for place in places:
            if (place / scenario_id / SCENARIO_FILE).is_file():
                return load_folder(place / scenario_id)
    known = ", ".join(list_scenarios(places))
    raise ScenarioError(tr("scenarios.unknown", id=scenario_id), tr("scenarios.unknown.hint", known=known))


def load_folder(folder: Path) -> Scenario:
    """The pack in ``folder``. Raises ScenarioError."""
    top = read_fields(folder / SCENARIO_FILE)
    top.only("id", "version", "name", "engines", "template", "boilerplate", "adapter", "section")
    if top.text("id") != folder.name:
        raise top.fault("id", "scenarios.wrong_id", folder=folder.name)
    engines = top.texts("engines")
    for engine in engines:
        if engine not in get_args(Engine):
            raise top.fault("engines", "scenarios.not_allowed", value=engine, allowed=", ".join(get_args(Engine)))
    sections, indicators = _with_figures([_section(s) for s in top.tables("section")], folder)
    if not sections:
        raise top.fault("section", "scenarios.missing_key")
    _distinct(top, [s.id for s in sections], "section")
    return Scenario(
        id=folder.name,
        version=top.text("version", "1"),
        name=top.words("name"),
        engines=tuple(e for e in get_args(Engine) if e in engines),
        sections=sections,
        indicators=indicators,
        prompts=_prompts(folder),
        template=top.text("template", " ").strip(),
        boilerplate=top.texts("boilerplate"),
        fingerprint=_fingerprint(folder),
        adapter=top.text("adapter", " ").strip(),
    )


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.toml")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _distinct(fields: Fields, ids: list[str], key: str) -> None:
    for position, value in enumerate(ids):
        if value in ids[:position]:
            raise fields.fault(key, "scenarios.twice", value=value)


def _section(fields: Fields) -> Section:
    fields.only("id", "kind", "title", "facts", "question", "material")
    return Section(
        id=fields.text("id"),
        kind=fields.choice("kind", get_args(SectionKind)),
        title=fields.words("title"),
        questions=tuple(_question(q) for q in fields.tables("question")),
        materials=tuple(_material(m) for m in fields.tables("material")),
        facts=fields.texts("facts"),
    )


def _question(fields: Fields) -> Question:
    fields.only("id", "ask", "query", "expect", "facts", "passages", "sentences", "missing", "table")
    return Question(
        id=fields.text("id"),
        ask=fields.words("ask"),
        query=fields.words_or_none("query") or fields.words("ask"),
        expect=fields.texts("expect"),
        facts=fields.texts("facts"),
        passages=fields.number("passages", 3),
        sentences=fields.number("sentences", 2),
        missing=fields.words_or_none("missing"),
        table=fields.words_or_none("table"),
    )


def _material(fields: Fields) -> Material:
    fields.only("id", "name", "words")
    return Material(fields.text("id"), fields.words("name"), fields.texts("words"))


def _with_figures(sections: list[Section], folder: Path) -> tuple[tuple[Section, ...], dict[str, Indicator]]:
    if not (folder / _FIGURES_FILE).is_file():
        return tuple(sections), {}
    top = read_fields(folder / _FIGURES_FILE)
    top.only("indicator", "sentence", "table", "signal")
    known = tuple(s.id for s in sections)
    sentences = [_sentence(s, known) for s in top.tables("sentence")]
    tables = [_table(t, known) for t in top.tables("table")]
    signals = tuple(_signal(s) for s in top.tables("signal"))
    for key, ids in (("sentence", sentences), ("table", tables), ("signal", signals)):
        _distinct(top, [item.id for item in ids], key)
    filled = tuple(
        replace(
            s,
            sentences=tuple(p for p in sentences if p.section == s.id),
            tables=tuple(t for t in tables if t.section == s.id),
            signals=signals if s.kind in {"signals", "opinion"} else (),
        )
        for s in sections
    )
    return filled, _indicators(top)


def _indicators(top: Fields) -> dict[str, Indicator]:
    """By name; a formula may use only indicators declared above it, so that none goes in a circle."""
    found: dict[str, Indicator] = {}
    tables = list(top.tables("indicator"))
    names = [t.text("name") for t in tables]
    _distinct(top, names, "indicator")
    for fields in tables:
        fields.only("name", "label", "value", "format")
        indicator = _indicator(fields)
        for reference in indicator.value.references():
            if reference.name in names and reference.name not in found:
                raise fields.fault("value", "scenarios.too_early", name=reference.name)
        found[indicator.name] = indicator
    return found


def _indicator(fields: Fields) -> Indicator:
    form: Format = fields.choice("format", _FORMATS, "")
    return Indicator(fields.text("name"), fields.words("label"), fields.expression("value"), form)


def _sentence(fields: Fields, sections: tuple[str, ...]) -> SentencePattern:
    fields.only("id", "section", "paragraph", "text", "when", "choice")
    return SentencePattern(
        id=fields.text("id"),
        section=fields.choice("section", sections),
        paragraph=fields.text("paragraph"),
        parts=_parts(fields),
        when=fields.expression_or_none("when"),
        choice=fields.text("choice", " ").strip(),
    )


def _parts(fields: Fields) -> dict[str, tuple[str | Slot, ...]]:
    fields.words("text")
    texts = fields.table("text")
    return {language: texts.parsed(language, parse_pattern) for language in ("zh", "en")}


def parse_pattern(text: str) -> tuple[str | Slot, ...]:
    """A sentence with ``{formula}`` or ``{formula|format}`` in it. Raises ValueError."""
    parts: list[str | Slot] = []
    for index, piece in enumerate(_SLOT.split(text)):
        if index % 2 == 0:
            if "{" in piece or "}" in piece:
                raise ValueError(piece)
            if piece:
                parts.append(piece)
            continue
        source, _, form = piece.partition("|")
        if form not in _FORMATS:
            raise ValueError(f"|{form}: {', '.join(f for f in _FORMATS if f)}")
        parts.append(Slot(parse_expression(source), form))  # type: ignore[arg-type]
    return tuple(parts)


def _table(fields: Fields, sections: tuple[str, ...]) -> TableSpec:
    fields.only("id", "section", "title", "row", "periods", "change", "unit", "note")
    rows = tuple(_row(r) for r in fields.tables("row"))
    if not rows:
        raise fields.fault("row", "scenarios.missing_key")
    return TableSpec(
        id=fields.text("id"),
        section=fields.choice("section", sections),
        title=fields.words("title"),
        rows=rows,
        periods=fields.number("periods", 3),
        change=fields.flag("change"),
        unit=fields.choice("unit", _UNITS, "万元"),
        note=fields.words_or_none("note"),
    )


def _row(fields: Fields) -> Row:
    fields.only("label", "value", "format", "strong")
    form: Format = fields.choice("format", _FORMATS, "")
    return Row(fields.words("label"), fields.expression("value"), form, fields.flag("strong"))


def _signal(fields: Fields) -> Signal:
    fields.only("id", "name", "when", "text", "advice", "severity")
    return Signal(
        id=fields.text("id"),
        name=fields.words("name"),
        when=fields.expression("when"),
        parts=_parts(fields),
        advice=fields.words("advice"),
        severity=fields.choice("severity", ("high", "medium", "low"), "medium"),
    )


def _prompts(folder: Path) -> dict[str, Words]:
    if not (folder / _PROMPTS_FILE).is_file():
        return {}
    top = read_fields(folder / _PROMPTS_FILE)
    return {key: top.words(key) for key in top.keys()}  # noqa: SIM118  (a method of Fields)
