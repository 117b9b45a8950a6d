"""How questions are worded, as data: the patterns of ``resources/asking/wording.toml``."""

import re
import tomllib
from functools import cache
from typing import Any

from workbench.paths import resources


@cache
def wording() -> dict[str, Any]:
    """The whole file: sections by the module they belong to."""
    return tomllib.loads((resources() / "asking" / "wording.toml").read_text(encoding="utf-8"))


def pattern(section: str, name: str) -> re.Pattern[str]:
    """A pattern of a section; a list of alternatives becomes one pattern."""
    said: str | list[str] = wording()[section][name]
    return re.compile(said if isinstance(said, str) else "|".join(said))


def words(section: str, name: str) -> str:
    """Characters that mean the same to a section, such as those for less."""
    return str(wording()[section][name])
