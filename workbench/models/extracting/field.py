"""Fields: what is to be read out of a document, where to look for it and how to check it.

Field sets are data, ``resources/fields/*.toml`` or a file of the user's; plain questions become fields too.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from workbench.errors import WorkbenchError
from workbench.i18n import language, tr
from workbench.models.extracting.words import plain_label
from workbench.paths import resources

FieldType = Literal["amount", "percent", "date", "name", "code", "choice", "text"]
_TYPES: tuple[str, ...] = get_args(FieldType)
_PATTERNED = ("patterns", "decisive", "avoid", "form", "under", "document")
_LISTS = ("labels", "headings", "patterns", "decisive", "sum")


class FieldSetError(WorkbenchError):
    """A field set can't be read: no TOML, no fields, or a field with an unknown type or broken pattern."""

    kind = "field_set"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the grid.

    ``labels`` are names the value is printed beside (``heading>label``: below that heading only), ``headings``
    those of a section that holds it, ``patterns`` expressions with a group ``value``; what a ``decisive`` one
    finds goes before all else. A place is passed over where ``avoid`` is found in its label, group or heading;
    where ``under`` is given, one below such a heading counts more. ``document`` must be found in the title or
    on the first lines for patterns to be tried. ``unit`` is what an amount is told in (``元``, ``人``, ``月``,
    ``份`` …). ``form`` is how a code or name must look as a whole. ``check`` names a rule of
    :mod:`workbench.models.extracting.checks`; ``least`` and ``most`` bound a figure. ``sum`` are labels whose
    values add up to it where it isn't printed itself. ``choices`` map what a choice may be to the words that
    say so.
    """

    id: str
    name: Mapping[str, str]
    question: Mapping[str, str]
    type: FieldType = "text"
    unit: str = ""
    labels: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()
    avoid: str = ""
    under: str = ""
    document: str = ""
    form: str = ""
    check: str = ""
    least: str = ""
    most: str = ""
    sum: tuple[str, ...] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name in the user's language."""
        return _said(self.name)

    @property
    def asked(self) -> str:
        """The question in the user's language."""
        return _said(self.question)

    @property
    def fingerprint(self) -> str:
        """Changes when the field is declared otherwise: what was read for it is read anew."""
        told = repr(sorted((k, repr(v)) for k, v in asdict(self).items()))
        return hashlib.sha256(told.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class FieldSet:
    """Fields that are read together."""

    id: str
    name: Mapping[str, str]
    fields: tuple[Field, ...]

    @property
    def title(self) -> str:
        """The name in the user's language."""
        return _said(self.name)

    def field(self, field_id: str) -> Field | None:
        """A field by its id."""
        return next((f for f in self.fields if f.id == field_id), None)


_UNITS = {"元": "yuan", "人": "people", "月": "months", "万股": "shares"}


def unit_words(unit: str) -> str:
    """A unit in the user's language."""
    return tr(f"extracting.unit.{_UNITS[unit]}") if unit in _UNITS else unit


def _said(words: Mapping[str, str]) -> str:
    return words.get(language()) or words.get("zh") or next(iter(words.values()), "")


def _shipped_files() -> list[Path]:
    return sorted((resources() / "fields").glob("*.toml"))


@cache
def _shipped() -> dict[str, FieldSet]:
    sets = {}
    for path in _shipped_files():
        name = path.stem.split("-", 1)[-1]
        sets[name] = _parsed(path.read_text(encoding="utf-8"), name, complete=False)
    return sets


def shipped_sets() -> tuple[FieldSet, ...]:
    """All field sets that come with the program."""
    return tuple(_shipped().values())


@cache
def known_labels() -> frozenset[str]:
    """Every label the shipped sets look for, plain: a cell that only says one is no value."""
    labels = (label for one in _shipped().values() for field in one.fields for label in field.labels)
    return frozenset(plain_label(label.rpartition(">")[2]) for label in labels) - {""}


def field_set(name: str) -> FieldSet:
    """A shipped set by id, else the set in a file. Raises FieldSetError, FileNotFoundError."""
    if name in _shipped():
        return _shipped()[name]
    path = Path(name)
    if path.suffix.lower() != ".toml":
        raise FieldSetError(
            tr("extracting.no_set", name=name),
            tr("extracting.no_set_hint", sets=tr("finance.between").join(_shipped())),
        )
    return parse_set(path.read_text(encoding="utf-8"), path.stem)


def parse_set(text: str, name: str) -> FieldSet:
    """A field set of TOML: ``[[field]]`` tables with at least a name. Raises FieldSetError.

    A field that says nowhere to look takes labels and checks of the shipped field of that name.
    """
    return _parsed(text, name, complete=True)


def _parsed(text: str, name: str, *, complete: bool) -> FieldSet:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, hint = tr("extracting.bad_toml", name=name), tr("extracting.no_fields_hint")
        raise FieldSetError(message, hint, str(error)) from error
    items = data.get("field", data.get("fields", []))
    if isinstance(items, dict):
        items = [{"name": key, **value} for key, value in items.items() if isinstance(value, dict)]
    fields = [_field(item, name) for item in items if isinstance(item, dict)]
    if not fields:
        raise FieldSetError(tr("extracting.no_fields", name=name), tr("extracting.no_fields_hint"))
    if len({f.id for f in fields}) < len(fields):
        raise FieldSetError(tr("extracting.twice", name=name), tr("extracting.no_fields_hint"))
    found = tuple(completed(f) for f in fields) if complete else tuple(fields)
    return FieldSet(str(data.get("id", name)), _words(data.get("name", name)), found)


def _field(item: Mapping[str, Any], source: str) -> Field:
    name = _words(item.get("name", item.get("id", "")))
    title = name.get("zh") or next(iter(name.values()), "")
    kind = item.get("type", guess_type(f"{title}{_words(item.get('question', '')).get('zh', '')}"))
    if not title.strip() or kind not in _TYPES:
        raise FieldSetError(
            tr("extracting.bad_field", name=source, field=title or "?"),
            tr("extracting.bad_field_hint", types=", ".join(_TYPES)),
        )
    for key in _PATTERNED:
        for pattern in [item[key]] if isinstance(item.get(key), str) else item.get(key, []):
            _compiles(pattern, source, title)
    lists = {key: tuple(map(str, item.get(key, ()))) for key in _LISTS}
    texts = {
        key: str(item.get(key, "")) for key in ("unit", "avoid", "under", "document", "form", "check", "least", "most")
    }
    choices = item.get("choices", {})
    if isinstance(choices, list):
        choices = {str(c): [str(c)] for c in choices}
    return Field(
        str(item.get("id", title)),
        name,
        _words(item.get("question", title)),
        cast("FieldType", kind),
        choices=choices,
        **lists,  # type: ignore[arg-type]
        **texts,  # type: ignore[arg-type]
    )


def _compiles(pattern: str, source: str, title: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise FieldSetError(tr("extracting.bad_field", name=source, field=title), f"{pattern}: {error}") from error


def _words(value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {str(k): str(v) for k, v in value.items()}
    text = str(value)
    return {"zh": text} if text else {}


_PERCENT = re.compile(r"比例|占比|比率|百分|[^频概效]率(?:$|[是为多？?])|share|ratio|percent|rate", re.IGNORECASE)
_DATE = re.compile(r"日期|何时|什么时候|哪[一]?[年天]|时间|date|when", re.IGNORECASE)
_AMOUNT = re.compile(
    r"金额|多少|多[久长]|人数|数量|资本|余额|总额|收入|利润|几[个家名人]|amount|how (?:much|many)", re.IGNORECASE
)
_NAME = re.compile(r"谁|法定代表人|姓名|哪家|人是|\bwho\b", re.IGNORECASE)


def guess_type(words: str) -> FieldType:
    """The type a plain name or question asks for."""
    for pattern, kind in ((_PERCENT, "percent"), (_DATE, "date"), (_AMOUNT, "amount"), (_NAME, "name")):
        if pattern.search(words):
            return cast("FieldType", kind)
    return "text"


_UNIT_OF = ((re.compile(r"人数|多少人|几[名人]|员工|职工|人员"), "人"), (re.compile(r"期限|几个月|多久"), "月"))
_QUESTION_WORDS = re.compile(
    r"[？?。]|请问|(?:是|有|为)?多[久长]|是多少|有多少|为多少|多少[人名家个项元]?|是什么|是谁|谁是|叫什么|在哪里?|哪里|什么时候|何时|是哪[一]?[年天家个]|是否|有哪些|哪些|如何|怎样"
    r"|what (?:is|are|was|were)|who is|when (?:is|was|did)|how (?:much|many)|\bthe\b",
    re.IGNORECASE,
)


def questions_set(lines: Sequence[str], name: str = "questions") -> FieldSet:
    """Plain questions, one a line, as a field set. Raises FieldSetError where there is none."""
    asked = [line.strip() for line in dict.fromkeys(lines) if line.strip()]
    if not asked:
        raise FieldSetError(tr("extracting.no_questions"), tr("extracting.no_questions_hint"))
    fields = []
    for question in asked:
        about = plain_label(_QUESTION_WORDS.sub("", question)) or question
        fields.append(completed(Field(question, {"zh": about}, {"zh": question}, guess_type(question))))
    return FieldSet(name, {"zh": name}, tuple(fields))


def completed(wanted: Field) -> Field:
    """A field that says nowhere to look, with labels and checks of the shipped field it is another word for."""
    if wanted.labels or wanted.patterns or wanted.decisive or wanted.headings or wanted.choices:
        return wanted
    name = plain_label(wanted.name.get("zh") or wanted.title)
    unit = wanted.unit or next((u for p, u in _UNIT_OF if wanted.type == "amount" and p.search(name)), "")
    for known in (f for s in shipped_sets() for f in s.fields):
        names = {plain_label(label) for label in (*known.name.values(), *known.labels)}
        if name in names and _fits(wanted, known):
            told = {k: getattr(known, k) for k in known.__slots__ if k not in ("id", "name", "question")}
            told["labels"] = tuple(dict.fromkeys((name, *known.labels)))
            return Field(wanted.id, wanted.name, wanted.question, **{**told, "unit": wanted.unit or known.unit})
    told = {k: getattr(wanted, k) for k in wanted.__slots__ if k not in ("labels", "unit")}
    return Field(**{**told, "labels": (name,), "unit": unit})


def _fits(wanted: Field, known: Field) -> bool:
    return wanted.type in ("text", known.type) or {wanted.type, known.type} <= {"name", "code", "text"}
