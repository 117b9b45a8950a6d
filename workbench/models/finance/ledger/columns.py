"""Which column of a bank's sheet holds what, and how its cells are read."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
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
_AMERICAN = re.compile(r"^(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>20\d\d)(?!\d)")
_BRITISH = re.compile(r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>20\d\d)(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    r"^(?:(?P<d>\d{1,2})[-/ ]?(?P<m>[a-z]{3})[a-z]*|(?P<n>[a-z]{3})[a-z]*\.? (?P<e>\d{1,2}),?)"
    r"[-/ ,]*(?P<y>20\d\d|\d\d)(?!\d)",
    re.IGNORECASE,
)
_SIDE_BEHIND = re.compile(r"\s*(?:(?P<out>DR|借)|CR|贷)\.?$", re.IGNORECASE)
_SERIAL = re.compile(r"^[34]\d{4}(?:\.\d+)?$")
_LONGEST_SIDE = 4
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
def _said(side: str) -> re.Pattern[str]:
    return re.compile(declared()["said"][side])


@cache
def _sides() -> re.Pattern[str]:
    return re.compile(declared()["sides"]["bracket"], re.IGNORECASE)


@cache
def _direction(side: str) -> re.Pattern[str]:
    return re.compile(f"^(?:{declared()['directions'][side]})", re.IGNORECASE)


def plain(text: str) -> str:
    """Widths folded, white space gone."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def role_of(head: str) -> str | None:
    """The role of a column by its head."""
    name = _BRACKETS.sub(lambda b: b.group()[1:-1] if _sides().match(b.group()[1:-1]) else "", plain(head))
    name = name or plain(head)
    if not name or len(name) > (32 if name.isascii() else 16):
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
        self._settle_own(heads)
        self.british = False
        self._month = 0
        said = next((u for h in heads.values() if (u := unit_of(h, bare=True))), None)
        self.scale = said or unit or Decimal(1)
        self.width = max(heads, default=0) + 1
        self._other = any(_other_head().search(plain(head)) for head in heads.values())

    def _settle_own(self, heads: Mapping[int, str]) -> None:
        """账号 and 户名 are the account's own where others are headed 对方, else the other party's."""
        named = self.roles.get("party", [])
        bare = [c for c in named if plain(heads[c]) in ("户名", "单位名称")]
        if bare and len(bare) < len(named):
            self.roles["party"] = [c for c in named if c not in bare]
            self.roles.setdefault("own_holder", []).extend(bare)
        told = any("本方" in plain(heads[c]) or "我方" in plain(heads[c]) for c in self.roles.get("own_account", ()))
        others = {"party_account", "party", "payer", "payee"} & self.roles.keys()
        if "own_account" in self.roles and not told and (not others or (bare and "own_holder" not in self.roles)):
            self.roles.setdefault("party_account", []).extend(self.roles.pop("own_account"))

    @property
    def sound(self) -> bool:
        """Whether it is a sheet of payments: a date, and money."""
        sides = {"income", "spending"} & self.roles.keys()
        told = "amount" in self.roles and {"balance", "direction"} & self.roles.keys()
        dated = "date" in self.roles or {"month", "day"} <= self.roles.keys()
        return not self._other and dated and bool(sides or told) and len(self.roles) > 2

    def learn_dates(self, rows: Sequence[Row]) -> None:
        """Whether 03/04/2024 is the third of April: where some first figure can't be a month."""
        told = [m for row in rows if (m := _BRITISH.match(self.text(row, "date")))]
        self.british = any(int(m["d"]) > 12 for m in told) and not any(int(m["m"]) > 12 for m in told)

    def day(self, row: Row, year: str = "") -> date | None:
        """The day of a row; ``year`` for sheets that print month and day in columns of their own."""
        if "date" in self.roles:
            return day_of(self.text(row, "date"), british=self.british)
        month, day = self.text(row, "month"), self.text(row, "day")
        self._month = int(month) if month.isdigit() else self._month
        return day_of(f"{year}-{self._month}-{day}") if year and self._month and day.isdigit() else None

    def text(self, row: Row, role: str) -> str:
        """The words of a role in a row; several columns joined."""
        wanted = self.roles.get(role, ())
        words = [f.text.strip() for f in row if f.column in wanted and f.text.strip() not in ("", "-", "—", "/")]
        return " ".join(dict.fromkeys(words))

    def money(self, row: Row, role: str) -> Decimal | None:
        """The first figure of a role in a row, in yuan; None where nothing is printed."""
        for field in row:
            if field.column in self.roles.get(role, ()):
                words = field.text.strip().lstrip("+")
                side = _SIDE_BEHIND.search(words)
                amount = amount_of(words[: side.start()] if side else words)
                if amount is not None and words not in ("-", "—"):
                    return amount.value * self.scale * (-1 if side and side["out"] else 1)
        return None

    def _said_anywhere(self, row: Row) -> str:
        """The one cell of a row that can only tell its direction (转入), empty for none or several."""
        short = [words for f in row if len(words := plain(f.text)) < _LONGEST_SIDE]
        said = [words for words in short if _said("income").match(words) or _said("spending").match(words)]
        return said[0] if len(said) == 1 else ""

    def sided(self, row: Row) -> bool:
        """Whether the row itself tells its side."""
        return bool({"income", "spending", "direction"} & self.roles.keys()) or bool(self._said_anywhere(row))

    def signed(self, row: Row) -> Decimal | None:
        """The amount of a row, positive when it came in; None where there is none."""
        income, spending = self.money(row, "income"), self.money(row, "spending")
        if income or spending:
            return (income or Decimal(0)) - abs(spending or Decimal(0))
        amount = self.money(row, "amount")
        if amount is None:
            return Decimal(0) if income is not None or spending is not None else None
        said = plain(self.text(row, "direction")) if "direction" in self.roles else self._said_anywhere(row)
        if said and _direction("spending").search(said):
            return -abs(amount)
        return abs(amount) if said and _direction("income").search(said) else amount


def _day_in_english(words: str) -> date | None:
    match = _ENGLISH.match(words)
    name = (match["m"] or match["n"]).lower() if match else ""
    if match is None or name not in _MONTHS:
        return None
    year, day = int(match["y"]), int(match["d"] or match["e"])
    return _sound(year, _MONTHS.index(name) + 1, day)


def _sound(year: int, month: int, day: int) -> date | None:
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def day_of(text: str, *, british: bool = False) -> date | None:
    """The day a cell tells: 2024-01-05, 20240105, 2024年1月5日, 24.1.5, 1/5/2024, 5 Jan 2024, a spreadsheet's number.

    ``british``: the first figure of 1/5/2024 is the day.
    """
    words = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.match(words):
        return _FIRST_SERIAL + timedelta(days=int(float(words)))
    ways = (_BRITISH, _AMERICAN) if british else (_AMERICAN, _BRITISH)
    match = _DATE.search(words) or _COMPACT.match(words) or _SHORT.match(words)
    if match is not None:
        return _sound(int(match["y"]), int(match["m"]), int(match["d"]))
    found = (_sound(int(m["y"]), int(m["m"]), int(m["d"])) for way in ways if (m := way.match(words)))
    return next((day for day in found if day), None) or _day_in_english(words)
