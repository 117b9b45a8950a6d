"""The words of the model's part, as data: ``resources/prompts/extracting.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache

from workbench.paths import resources


@dataclass(frozen=True, slots=True)
class Prompts:
    """``cell`` asks for one value, ``condense`` for a shorter sentence; ``absent`` is said where nothing is found."""

    system: str
    cell: str
    absent: str
    condense_system: str
    condense: str


@cache
def prompts(language: str) -> Prompts:
    """The prompts of ``zh`` or ``en``."""
    texts = tomllib.loads((resources() / "prompts" / "extracting.toml").read_text(encoding="utf-8"))[language]
    return Prompts(**{key: value.strip() for key, value in texts.items()})
