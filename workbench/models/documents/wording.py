"""The words by which a paper tells what it is, as data: ``resources/importing/facts.toml``."""

import re
import tomllib
from functools import cache
from typing import Any

from workbench.paths import resources


@cache
def wording() -> dict[str, Any]:
    """The whole file, by its sections."""
    return tomllib.loads((resources() / "importing" / "facts.toml").read_text(encoding="utf-8"))


def alternatives(section: str, name: str) -> str:
    """A list of a section as one expression of alternatives, in its order."""
    return "|".join(wording()[section][name])


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """A pattern of a section; ``{day}`` in it stands for a day in words."""
    told: str | list[str] = wording()[section][name]
    text = told if isinstance(told, str) else "|".join(told)
    return re.compile(text.replace("{day}", wording()["dates"]["day"]))


def day_of_period(part: str) -> tuple[int, int]:
    """Month and day on which a part of a year ends (``半年度``); of any other the year's last."""
    month, day = wording()["period_ends"].get(part, (12, 31))
    return month, day
