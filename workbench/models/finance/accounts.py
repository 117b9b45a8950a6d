"""Canonical names of the lines of statements, as the rules file declares them."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from workbench.paths import resources

StatementKind = Literal["balance", "income", "cash"]
KINDS: tuple[StatementKind, ...] = ("balance", "income", "cash")

_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}[、.．](?!\d)|其中:|其中|加:|减:|加(?=期初|年初)|(?:less|add|plus|including|ofwhich):|[-—△▲☆*#])+",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"[\s\u3000:：;；'\"“”‘’·]")
_VARIED = (
    (re.compile(r"股东权益"), "所有者权益"),
    (re.compile(r"归属于?(?:母公司|本公司|本集团|本行|上市公司|公司)?(?:股东|所有者|普通股股东)?的?"), "归属母公司"),
    (re.compile(r"(?!^)(?:以及|[、和与及的所而])"), ""),
)


@dataclass(frozen=True, slots=True)
class Account:
    """A line: canonical ``name``, its statement and section (``流动资产``, ``total``, ``part`` …)."""

    name: str
    kind: StatementKind
    section: str


@cache
def _accounts() -> dict[tuple[StatementKind, str], Account]:
    declared = tomllib.loads((resources() / "rules" / "finance" / "accounts.toml").read_text(encoding="utf-8"))
    found: dict[tuple[StatementKind, str], Account] = {}
    for kind in KINDS:
        for section, lines in declared[kind].items():
            for name, synonyms in lines.items():
                account = Account(name, kind, section)
                for printed in (name, *synonyms):
                    found[kind, plain_name(printed)] = account
    return found


@cache
def _other_ways() -> dict[tuple[StatementKind, str], Account]:
    """The lines by their English names, and by their Chinese ones without the little words writers vary."""
    declared = tomllib.loads((resources() / "rules" / "finance" / "accounts_en.toml").read_text(encoding="utf-8"))
    found: dict[tuple[StatementKind, str], Account] = {}
    for (kind, printed), account in _accounts().items():
        found.setdefault((kind, _without_joints(printed)), account)
    for kind in KINDS:
        for name, others in declared[kind].items():
            for printed in others:
                found[kind, plain_name(printed)] = _accounts()[kind, plain_name(name)]
    return found


def _without_joints(plain: str) -> str:
    """A plain name told as others tell it: 所 and 的, 和 or 及, and whose shareholders, don't tell lines apart."""
    for pattern, instead in _VARIED:
        plain = pattern.sub(instead, plain)
    return plain


def plain_name(printed: str) -> str:
    """A printed line without brackets, numbering, 其中, 加 and 减, white space and width of signs."""
    text = unicodedata.normalize("NFKC", printed)
    text = re.sub(r"[\s“”‘’\"]", "", text)
    before = ""
    lead = ""
    while before != text:
        before = text
        lead = _LEAD.sub("", text)
        text = lead
    while (shorter := _BRACKETS.sub("", text)) != text:
        text = shorter
    text = text.split("(")[0] if text.count("(") != text.count(")") else text
    text = _JOINTS.sub("", text)
    return text.lower() if text.isascii() else text.replace(",", "、")


def account_of(kind: StatementKind, printed: str) -> Account | None:
    """The account a printed line of a statement of ``kind`` stands for."""
    plain = plain_name(printed)
    return _accounts().get((kind, plain)) or _other_ways().get((kind, _without_joints(plain)))


@cache
def _totals() -> frozenset[tuple[StatementKind, str]]:
    return frozenset((account.kind, account.name) for account in _accounts().values() if account.section == "total")


def is_total(kind: StatementKind, canonical: str | None) -> bool:
    """Whether a canonical line is a total, subtotal or result of the lines above it."""
    return canonical is not None and (kind, canonical) in _totals()


def any_account(printed: str) -> Account | None:
    """The account of a line whose statement is not known."""
    return next((found for kind in KINDS if (found := account_of(kind, printed))), None)


@cache
def printed_names() -> dict[str, str]:
    """Every known printed name of a line and its canonical name, longest first."""
    names = {printed: account.name for (_, printed), account in _accounts().items()}
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))
