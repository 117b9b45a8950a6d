"""What is printed above and over statements: titles, units, dates, columns."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from workbench.models.documents.document import Document
from workbench.models.finance.accounts import StatementKind
from workbench.models.finance.statement import Scope

_KIND: dict[str, StatementKind | None] = {
    "资产负债表": "balance", "财务状况表": "balance", "利润表": "income", "损益表": "income",
    "利润及利润分配表": "income", "现金流量表": "cash", "所有者权益变动表": None, "股东权益变动表": None,
    "现金流量表补充资料": None, "资产减值准备明细表": None,
}  # fmt: skip
_NAMED = "|".join(sorted(_KIND, key=len, reverse=True))
_TITLE = re.compile(
    r"(?:^|[\d一二三四五六七八九十][)、.．])(?P<scope>合并|母公司|公司|银行)?(?:及母?公司)?"
    rf"(?P<kind>{_NAMED})(?P<more>\(?续\)?|\(?续表\)?|\(\d\))?(?:\(?20\d\d年[\d月日年度-]*\)?)?(?:(?:编制)?单位:.*)?$"
)
_OTHER_PART = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[节章]).{0,20}(?:附注|注释|基本情况|会计政策|审计报告)"
)
_UNIT = re.compile(
    r"(?:单位|金额单位|货币单位)(?:均?为|:)*(?:人民币|rmb|cny)?(?P<unit>百万元|千万元|亿元|万元|千元|元)", re.IGNORECASE
)
_BARE_UNIT = re.compile(r"(?:人民币|\()(?P<unit>百万元|千万元|亿元|万元|千元|元)\)?")
_SCALES = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "千万元": 10**7, "亿元": 10**8}
_DATE = re.compile(r"((?:19|20)\d\d)(?:年(\d{1,2})月(\d{1,2})日|([-/.])(\d{1,2})\4(\d{1,2})(?!\d))")
_MONTHS = re.compile(r"(20\d\d|19\d\d)年?(?:1|01|一)?月?[-—–~至](\d{1,2})月")
_YEAR = re.compile(r"(20\d\d|19\d\d)(?:年|$)")
_MAKER = re.compile(r"(?:编制单位|编报单位|公司名称|单位名称)[:：]\s*(\S{4,40}?)(?:\s|单位[:：]|20\d\d年|$)")
_NOT_AMOUNT = re.compile(r"附注|注释|行次|序号|编号|索引")
_NAMES = re.compile(
    r"^(?:项目|资产|负债和?(?:及)?(?:所有者|股东)权益.*|科目|报表项目|指标|名称|主要会计数据|项目名称)$"
)
_OTHER_COLUMN = re.compile(r"调整|比例|比重|占|增减|变动|幅度|%|同比|差异|预算|季度")
_RELATIVE = (
    (re.compile(r"上年年末|上年末|期初|年初|上期末|上年期末"), "opening"),
    (re.compile(r"上年同期|上期|上年|上一年|去年"), "previous"),
    (re.compile(r"期末|年末|本年末"), "closing"),
    (re.compile(r"本期|本年|本年累计|累计数|本期金额|当期"), "current"),
)


def folded(text: str) -> str:
    """Full-width forms folded, white space gone: for comparing, never for showing."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class Title:
    """A statement's title. ``kind`` None: a table that is none of the three; ``scope`` None: not said."""

    kind: StatementKind | None
    scope: Scope | None
    continued: bool = False


def title_of(text: str) -> Title | None:
    """The title a line is, or ends with; None where it is something else."""
    plain = folded(text)
    match = _TITLE.search(plain)
    if match is None or (match.start() > 0 and len(plain) > 90) or (match.start() == 0 and len(plain) > 40):
        return None
    scope: Scope | None = None
    if match["scope"]:
        scope = "consolidated" if match["scope"] == "合并" else "parent"
    return Title(_KIND[match["kind"]], scope, bool(match["more"]) and "续" in match["more"])


def ends_statements(text: str) -> bool:
    """Whether a heading begins something that is no statement (notes, policies)."""
    return len(text) < 60 and bool(_OTHER_PART.match(folded(text)))


def unit_of(text: str, *, bare: bool = False) -> Decimal | None:
    """Yuan in one printed unit; ``bare`` also takes （万元） and 人民币万元 without 单位."""
    plain = folded(text)
    match = _UNIT.search(plain) or (_BARE_UNIT.search(plain) if bare else None)
    return Decimal(_SCALES[match["unit"]]) if match else None


def maker_of(text: str) -> str | None:
    """The company named by 编制单位."""
    match = _MAKER.search(unicodedata.normalize("NFKC", text).strip())
    return match[1].replace("(", "（").replace(")", "）") if match and not match[1].startswith("单位") else None


def period_of(text: str) -> str | None:
    """``2019-12-31`` or ``2019`` as printed in a short line or a column's head."""
    plain = folded(text)
    if dated := _DATE.search(plain):
        return f"{dated[1]}-{int(dated[2] or dated[5]):02}-{int(dated[3] or dated[6]):02}"
    if months := _MONTHS.search(plain):
        return months[1] if int(months[2]) == 12 else month_end(months[1], int(months[2]))
    year = _YEAR.search(plain)
    return year[1] if year else None


def report_date(document: Document) -> str | None:
    """The year a paper reports on, as its title or first lines say it."""
    for text in (document.title, *(b.text for b in document.blocks[:30])):
        if len(text) < 80 and (match := re.search(r"((?:19|20)\d\d)\s*年(?:度|年度)", folded(text))):
            return match[1]
    return None


def month_end(year: str, month: int) -> str:
    """The last day of a month."""
    days = 29 if month == 2 and int(year) % 4 == 0 else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return f"{year}-{month:02}-{days}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: its period, and the scope where the head says it (合并 or 母公司 side by side)."""

    period: str
    scope: Scope | None
    scale: Decimal | None


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of a table: where the names stand, and which figures belong to them.

    ``foreign``: columns of adjustments stand among them, so that the figures are not the year's own.
    """

    groups: tuple[tuple[int, dict[int, Column]], ...]
    width: int
    foreign: bool = False

    @property
    def columns(self) -> dict[int, Column]:
        """All columns of figures by number."""
        return {n: c for _, columns in self.groups for n, c in columns.items()}


def _before(period: str) -> str:
    return f"{int(period[:4]) - 1}{period[4:]}"


def column_period(text: str, kind: StatementKind | None, date: str | None) -> str | None:
    """The period a column's head means, ``date`` being that of the statement."""
    named = period_of(text)
    if named:
        if kind == "balance" and len(named) == 4:
            return f"{named}-12-31"
        return named[:4] if kind in ("income", "cash") and named.endswith("-12-31") else named
    plain = folded(text)
    relative = next((word for pattern, word in _RELATIVE if pattern.search(plain)), None)
    if relative is None or date is None:
        return None
    if kind == "balance":
        closing = f"{date}-12-31" if len(date) == 4 else date
        return closing if relative in ("closing", "current") else f"{int(closing[:4]) - 1}-12-31"
    flow = date[:4] if date.endswith("-12-31") else date
    return flow if relative in ("current", "closing") else _before(flow)


def head_of(texts: dict[int, str], kind: StatementKind | None, date: str | None, width: int) -> Head | None:
    """Read the head of a table from the words over each column; None where no column tells a period."""
    groups: list[tuple[int, dict[int, Column]]] = []
    foreign = False
    for number in range(width):
        text = texts.get(number, "")
        plain = folded(text)
        if number and text == texts.get(number - 1) and not groups[-1][1] and _NAMES.match(plain):
            continue
        if number == 0 or _NAMES.match(plain):
            groups.append((number, {}))
            continue
        if not plain or _NOT_AMOUNT.search(plain):
            continue
        if _OTHER_COLUMN.search(plain):
            foreign = foreign or "调整" in plain
            continue
        period = column_period(text, kind, date)
        if period:
            scope: Scope | None = "consolidated" if "合并" in plain else "parent" if "公司" in plain else None
            groups[-1][1][number] = Column(period, scope, unit_of(text, bare=True))
    kept = tuple(group for group in groups if group[1])
    return Head(kept, width, foreign) if kept else None
