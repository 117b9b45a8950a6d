"""The prompts of asking, as data: ``resources/prompts/asking.toml``."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from workbench.paths import resources


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts of one language; ``declines`` are phrases by which a model says there is no answer."""

    system: str
    material: str
    passage: str
    choices: str
    not_found: str
    conflicting: str
    conflict_side: str
    figure: str
    declines: tuple[str, ...]

    def declined(self, text: str) -> bool:
        """Whether a text says that the material holds no answer."""
        plain = text.lower()
        return any(phrase in plain for phrase in self.declines)


def language_of(question: str) -> str:
    """``zh`` where a question holds a Chinese character, else ``en``."""
    return "zh" if re.search(r"[\u3400-\u9fff]", question) else "en"


@cache
def prompts(language: str) -> Prompts:
    """The prompts of ``zh`` or ``en``."""
    texts = tomllib.loads((resources() / "prompts" / "asking.toml").read_text(encoding="utf-8"))[language]
    return Prompts(
        texts["system"].strip(),
        texts["material"].strip(),
        texts["passage"],
        texts["choices"].strip(),
        texts["not_found"],
        texts["conflicting"],
        texts["conflict_side"],
        texts["figure"],
        tuple(phrase.lower() for phrase in texts["declines"]),
    )
