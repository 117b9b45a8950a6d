"""Which column of a bank's sheet holds what, and how its cells are read."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from workbench.models.finance.headings import unit_of
from workbench.models.finance.rows import Row, amount_of
from workbench.paths import resources

_BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_DATE = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<s>[-/.年]?)(?P<m>\d{1,2})(?:(?P=s)|月)(?P<d>\d{1,2})(?!\d{1,1}(?:\D|$))")
_COMPACT = re.compile(r"(?P<y>20\d\d|19\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])")
_SHORT = re.compile(r"^(?P<y>\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})$")
_AMERICAN = re.compile(r"^(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>20\d\d)$")
_SERIAL = re.compile(r"^[34]\d{4}(?:\.\d+)?$")
_FIRST_SERIAL = date(1899, 12, 30)


@cache
def declared() -> dict[str, Any]:
    """The rules of the flows file."""
    return tomllib.loads((resources() / "rules" / "finance" / "flows.toml").read_text(encoding="utf-8"))


@cache
def _roles() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((role, re.compile(text, re.IGNORECASE)) for role, text in declared()["columns"].items())


@cache
def row_pattern(kind: str) -> re.Pattern[str]:
    """Rows that are an ``opening`` balance or a ``total``."""
    return re.compile(declared()["rows"][kind], re.IGNORECASE)


@cache
def _other_head() -> re.Pattern[str]:
    return re.compile(declared()["others"]["head"])


@cache
def _direction(side: str) -> re.Pattern[str]:
    return re.compile(f"^(?:{declared()['directions'][side]})", re.IGNORECASE)


def plain(text: str) -> str:
    """Widths folded, white space gone."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def role_of(head: str) -> str | None:
    """The role of a column by its head."""
    name = _BRACKETS.sub("", plain(head)) or plain(head)
    if not name or len(name) > 16:
        return None
    return next((role for role, pattern in _roles() if pattern.search(name)), None)


class Columns:
    """The columns of a sheet. ``scale`` is yuan in one printed unit."""

    def __init__(self, heads: Mapping[int, str], unit: Decimal | None) -> None:
        self.roles: dict[str, list[int]] = {}
        for column, head in sorted(heads.items()):
            role = role_of(head)
            if role:
                self.roles.setdefault(role, []).append(column)
        if "date" not in self.roles and "time" in self.roles:
            self.roles["date"] = self.roles.pop("time")
        said = next((u for h in heads.values() if (u := unit_of(h, bare=True))), None)
        self.scale = said or unit or Decimal(1)
        self.width = max(heads, default=0) + 1
        self._other = any(_other_head().search(plain(head)) for head in heads.values())

    @property
    def sound(self) -> bool:
        """Whether it is a sheet of payments: a date, and money."""
        sides = {"income", "spending"} & self.roles.keys()
        told = "amount" in self.roles and {"balance", "direction"} & self.roles.keys()
        return not self._other and "date" in self.roles and bool(sides or told) and len(self.roles) > 2

    def text(self, row: Row, role: str) -> str:
        """The words of a role in a row; several columns joined."""
        wanted = self.roles.get(role, ())
        words = [f.text.strip() for f in row if f.column in wanted and f.text.strip() not in ("", "-", "—", "/")]
        return " ".join(dict.fromkeys(words))

    def money(self, row: Row, role: str) -> Decimal | None:
        """The first figure of a role in a row, in yuan; None where nothing is printed."""
        for field in row:
            if field.column in self.roles.get(role, ()):
                amount = amount_of(field.text.strip().lstrip("+"))
                if amount is not None and field.text.strip() not in ("-", "—"):
                    return amount.value * self.scale
        return None

    def signed(self, row: Row) -> Decimal | None:
        """The amount of a row, positive when it came in; None where there is none."""
        income, spending = self.money(row, "income"), self.money(row, "spending")
        if income or spending:
            return (income or Decimal(0)) - abs(spending or Decimal(0))
        amount = self.money(row, "amount")
        if amount is None:
            return Decimal(0) if income is not None or spending is not None else None
        said = plain(self.text(row, "direction"))
        if said and _direction("spending").search(said):
            return -abs(amount)
        return abs(amount) if said and _direction("income").search(said) else amount


def day_of(text: str) -> date | None:
    """The day a cell tells: 2024-01-05, 20240105, 2024年1月5日, 24.1.5, 1/5/2024, a spreadsheet's serial number."""
    words = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.match(words):
        return _FIRST_SERIAL + timedelta(days=int(float(words)))
    match = _DATE.search(words) or _COMPACT.match(words) or _SHORT.match(words) or _AMERICAN.match(words)
    if match is None:
        return None
    year = int(match["y"])
    try:
        return date(year if year > 99 else 2000 + year, int(match["m"]), int(match["d"]))
    except ValueError:
        return None
