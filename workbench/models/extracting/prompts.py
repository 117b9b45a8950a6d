"""The words of the model's part, as data: ``resources/prompts/extracting.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache

from workbench.paths import resources


@dataclass(frozen=True, slots=True)
class Prompts:
    """``sheet`` asks for values, each on a numbered line.

    ``mark`` stands between the number and the answer; ``absent`` is said where there is none. ``condense`` asks
    for a shorter sentence.
    """

    system: str
    sheet: str
    mark: str
    absent: str
    condense_system: str
    condense: str


@cache
def prompts(language: str) -> Prompts:
    """The prompts of ``zh`` or ``en``."""
    texts = tomllib.loads((resources() / "prompts" / "extracting.toml").read_text(encoding="utf-8"))[language]
    return Prompts(**{key: value.strip("\n") for key, value in texts.items()})
