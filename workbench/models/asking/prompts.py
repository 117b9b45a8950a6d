"""The prompts of asking, as data: ``resources/prompts/asking.toml``."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from workbench.paths import resources

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class PointPrompts:
    """The texts for questions after one value: what the model is asked, and how values are told.

    ``signs`` stand between two values compared: first the one for 更高, then the one for those ``less`` lists.
    """

    ask: str
    of: str
    value: str
    of_subject: str
    of_cell: str
    missing: str
    compared: str
    equal: str
    incomparable: str
    less: str
    signs: tuple[str, str]


@dataclass(frozen=True, slots=True)
class RelationPrompts:
    """How relations are told: by kind, with what they are worth; rings, and that there is none."""

    worth: str
    circle: str
    no_circle: str
    kinds: dict[str, str]


@dataclass(frozen=True, slots=True)
class CalculationPrompts:
    """How figures of several years and computed ones are told.

    Of ``moved``, ``by`` and ``more`` the first word is for more, the second for less.
    """

    figure: str
    step: str
    step_plain: str
    points: str
    compound: str
    share: str
    apart: str
    total: str
    joint: str
    moved: tuple[str, str]
    by: tuple[str, str]
    more: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts of one language.

    ``declines`` are phrases by which a model says there is no answer; ``points``, ``relations`` and
    ``calculations`` are given where values and relations are read by code in this language.
    """

    system: str
    material: str
    passage: str
    choices: str
    translate: str
    in_full: str
    not_found: str
    conflicting: str
    conflict_side: str
    figure: str
    declines: tuple[str, ...]
    points: PointPrompts | None = None
    relations: RelationPrompts | None = None
    calculations: CalculationPrompts | None = None

    def declined(self, text: str) -> bool:
        """Whether a text says that the material holds no answer."""
        plain = text.lower()
        return any(phrase in plain for phrase in self.declines)


def language_of(text: str, *, share: float = 0.0) -> str:
    """``zh`` where Chinese characters are more than a share of those and the Latin words (0: any is), else ``en``.

    Figures are of no language: a table of them is as its heads are.
    """
    chinese, latin = len(_CHINESE.findall(text)), len(_LATIN.findall(text))
    return "zh" if chinese > share * (chinese + latin) else "en"


@cache
def prompts(language: str) -> Prompts:
    """The prompts of ``zh`` or ``en``."""
    texts = tomllib.loads((resources() / "prompts" / "asking.toml").read_text(encoding="utf-8"))[language]
    return Prompts(
        texts["system"].strip(),
        texts["material"].strip(),
        texts["passage"],
        texts["choices"].strip(),
        texts["translate"].strip(),
        texts["in_full"].strip(),
        texts["not_found"],
        texts["conflicting"],
        texts["conflict_side"],
        texts["figure"],
        tuple(phrase.lower() for phrase in texts["declines"]),
        _point_prompts(texts["points"]) if "points" in texts else None,
        RelationPrompts(**texts["relations"]) if "relations" in texts else None,
        _calculation_prompts(texts["calculations"]) if "calculations" in texts else None,
    )


def _point_prompts(texts: dict[str, Any]) -> PointPrompts:
    return PointPrompts(**{**texts, "ask": texts["ask"].strip(), "signs": tuple(texts["signs"])})


def _calculation_prompts(texts: dict[str, Any]) -> CalculationPrompts:
    pairs = {key: tuple(texts[key]) for key in ("moved", "by", "more")}
    words: dict[str, Any] = {**texts, **pairs}
    return CalculationPrompts(**words)
