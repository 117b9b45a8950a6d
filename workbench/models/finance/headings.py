"""What is printed above and over statements: titles, units, dates, columns."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from workbench.models.finance.accounts import StatementKind
from workbench.models.finance.periods import folded, in_figures, month_end, other_months, period_of, report_date
from workbench.models.finance.statement import Scope

_KIND: dict[str, StatementKind | None] = {
    "资产负债表": "balance", "财务状况表": "balance",
    "利润表": "income", "损益表": "income", "收益表": "income", "综合收益表": "income", "利润及利润分配表": "income",
    "利润和利润分配表": "income", "损益及其他综合收益表": "income", "利润及综合收益表": "income",
    "现金流量表": "cash",
    "所有者权益变动表": None, "股东权益变动表": None, "现金流量表补充资料": None, "资产减值准备明细表": None,
}  # fmt: skip
_NAMED = "|".join(sorted(_KIND, key=len, reverse=True))
_DAYS = r"20\d\d[年.\-/][\d月日年度.\-/至—–~]*"
_PART_OF_YEAR = (
    r"(?:年初[至到](?:本?报告)?期末|本报告期|中期|(?:上|下)?半年度?|前?(?:第?[一二三四]|三个?)季度"
    r"|未经审计的?|简要|简明|备考|比较)"
)
_FIRM = r"[\u4e00-\u9fff()]{4,30}?(?:公司|集团|银行|厂|合作社|中心|学校|医院|研究院)"
_TITLE = re.compile(
    rf"(?:^(?:{_FIRM})?(?:{_DAYS})?|[\d一二三四五六七八九十][)、.．])"
    rf"{_PART_OF_YEAR}?(?P<scope>合并|母公司|公司|银行|本行|本部|单体)?(?:及母?公司|及银行|及本行)?{_PART_OF_YEAR}?"
    rf"(?P<kind>{_NAMED})(?P<more>\(?续\)?|\(?续表\)?|\(\d\))?(?:\((?P<told>合并|母公司|公司|本部|单体)(?:口径|报表|数)?\))?"
    rf"(?:\((?:未经审计|经审计|已审计|简表)\))?(?:\(?会[企小]*\d+表\)?)?(?:\(?{_DAYS}\)?)?(?:(?:编制|金额|货币)?单位:.*)?$"
)
_ENGLISH_TITLE = re.compile(
    r"^(?P<before>(?:unaudited|audited|condensed|interim|summary|consolidated|company|parentcompany|separate|and|group)*)"
    r"(?:(?P<balance>balancesheets?|statements?offinancialposition)|(?P<cash>statements?ofcashflows?|cashflowstatements?)"
    r"|(?P<income>incomestatements?|profitandlossaccounts?|statements?of(?:income|operations|earnings"
    r"|profitorloss(?:andothercomprehensiveincome)?|comprehensiveincome))|(?P<other>statements?ofchangesinequity))"
    r"(?P<more>\(?cont(?:inued|'d|d)\)?)?$"
)
_OTHER_PART = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[节章]).{0,20}(?:附注|注释|基本情况|会计政策|审计报告)"
)
_UNIT = re.compile(
    r"(?:单位|金额单位|货币单位)(?:均?为|:)*\(?(?:人民币|rmb|cny)?\)?\(?(?P<unit>百万元|千万元|亿元|万元|千元|元|百万(?=$|\)|人民币))",
    re.IGNORECASE,
)
_BARE_UNIT = re.compile(r"(?:人民币|\()(?P<unit>百万元|千万元|亿元|万元|千元|元|百万)\)?")
_ENGLISH_UNIT = re.compile(
    r"(?:rmb|cny|¥)(?:['’‘`](?P<thousand>000)|in)?(?P<million>millions?|m(?![a-z]))?(?P<thousands>thousands?)?"
    r"|(?:inthousands|(?P<millions>inmillions))(?:of)?(?:rmb|cny|yuan|renminbi)",
    re.IGNORECASE,
)
_SCALES = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "百万": 10**6, "千万元": 10**7, "亿元": 10**8}
_CURRENCY = re.compile(
    r"(?:单位|币种|货币)(?:均?为|:)*(?:[百千万亿]*)(?P<name>美元|港元|港币|欧元|日元|英镑|澳元|新加坡元|韩元|usd|hkd|eur|jpy|gbp)"
    r"|^\(?(?:in)?(?P<short>us\$|hk\$|usd|hkd|eur|jpy|gbp|美元|港元|港币|欧元)['’]?(?:000|million)?\)?$",
    re.IGNORECASE,
)
_MAKER = re.compile(
    r"(?:编制单位|编报单位|公司名称|单位名称|企业名称|核算单位)[:：]\s*(\S{4,40}?)(?:\s|单位[:：]|20\d\d年|$)"
)
_NOT_AMOUNT = re.compile(r"附注|注释|行次|序号|编号|索引|^notes?(?:no\.?)?$", re.IGNORECASE)
_NAMES = re.compile(
    r"^(?:项目|资产|负债和?(?:及)?(?:所有者|股东)?权?益?.*|科目|报表项目|指标|名称|主要会计数据|项目名称|会计科目|items?|assets|liabilities.*)$",
    re.IGNORECASE,
)
_OTHER_COLUMN = re.compile(
    r"调整(?!后)|重分类|影响[数额金]|重述前|追溯前|未审|比例|比重|占|增减|变动|幅度|%|同比|差异|预算|计划|预测|第[二四]季度|下半年|本月|当月|本季|单季"
    r"|\d{4}[ef]$|change|budget|forecast",
    re.IGNORECASE,
)
_ADJUSTED = re.compile(r"调整(?!前|后)|重分类|影响[数额金]")
_WITHIN_YEAR = re.compile(r"年初[至到]")
_SINGLE = re.compile(
    r"^(?:20\d\d年)?(?:本报告期|上年同期|上年度?同期|第[一二三四]季度|本季度?|当季|[一二三四]季度)(?!末)"
)
_RELATIVE = (
    (re.compile(r"(?:上年|上期|去年)(?:同期)?年初[至到]"), "previous"),
    (_WITHIN_YEAR, "current"),
    (re.compile(r"上年度?年?末|期初|年初|上期末|上年期末|上一年末|openingbalance|beginningof"), "opening"),
    (re.compile(r"上年同期|上期|上年|上一年|去年|previous|prioryear"), "previous"),
    (re.compile(r"期末|年末|本年末|审定|closingbalance|endof"), "closing"),
    (re.compile(r"本期|本年|本年累计|累计|本期金额|当期|本年度|current"), "current"),
)


__all__ = [
    "Column", "Head", "Title", "column_period", "currency_of", "ends_statements", "folded", "head_of", "is_name_head",
    "maker_of", "month_end", "period_of", "report_date", "title_of", "unit_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Title:
    """A statement's title. ``kind`` None: a table that is none of the three; ``scope`` None: not said."""

    kind: StatementKind | None
    scope: Scope | None
    continued: bool = False


def title_of(text: str) -> Title | None:
    """The title a line is, or ends with; None where it is something else."""
    plain = folded(text)
    if plain[:1].isascii() and (english := _ENGLISH_TITLE.match(plain.lower())):
        return _english_title(english)
    plain = in_figures(plain)
    match = _TITLE.search(plain)
    if match is None or (match.start() > 0 and len(plain) > 90) or (match.start() == 0 and len(plain) > 60):
        return None
    scope: Scope | None = None
    if said := match["scope"] or match["told"]:
        scope = "consolidated" if said == "合并" else "parent"
    return Title(_KIND[match["kind"]], scope, bool(match["more"]) and "续" in match["more"])


def _english_title(match: "re.Match[str]") -> Title:
    kinds: tuple[StatementKind, ...] = ("balance", "income", "cash")
    kind = next((k for k in kinds if match[k]), None)
    before = match["before"]
    scope: Scope | None = "consolidated" if "consolidated" in before else "parent" if "company" in before else None
    return Title(kind, scope, bool(match["more"]))


def ends_statements(text: str) -> bool:
    """Whether a heading begins something that is no statement (notes, policies)."""
    return len(text) < 60 and bool(_OTHER_PART.match(folded(text)))


def unit_of(text: str, *, bare: bool = False) -> Decimal | None:
    """Yuan in one printed unit; ``bare`` also takes （万元） and 人民币万元 without 单位, and RMB'000."""
    plain = folded(text)
    match = _UNIT.search(plain) or (_BARE_UNIT.search(plain) if bare else None)
    if match:
        return Decimal(_SCALES[match["unit"]])
    english = _ENGLISH_UNIT.search(plain) if bare else None
    if english is None:
        return None
    if english["million"] or english["millions"]:
        return Decimal(10**6)
    whole = english.group().lower() in ("rmb", "cny", "¥", "rmbin", "cnyin")
    return Decimal(1 if whole else 1000)


def currency_of(text: str) -> str | None:
    """The currency a unit line names where it is not the yuan: 美元, HKD."""
    match = _CURRENCY.search(folded(text))
    return (match["name"] or match["short"]).upper() if match else None


def maker_of(text: str) -> str | None:
    """The company named by 编制单位."""
    match = _MAKER.search(unicodedata.normalize("NFKC", text).strip())
    return match[1].replace("(", "（").replace(")", "）") if match and not match[1].startswith("单位") else None


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
    plain = folded(text).lower()
    relative = next((word for pattern, word in _RELATIVE if pattern.search(plain)), None)
    if relative is None or date is None or other_months(plain):
        return None
    if kind == "balance":
        closing = f"{date}-12-31" if len(date) == 4 else date
        return closing if relative in ("closing", "current") else f"{int(closing[:4]) - 1}-12-31"
    flow = date[:4] if date.endswith("-12-31") else date
    return flow if relative in ("current", "closing") else _before(flow)


_YEAR_ALONE = re.compile(r"^(?:19|20)\d\d$")
_OF_PARENT = re.compile("公司|本行|本部")
_CUMULATED = re.compile("年初[至到]|前三季度")


def _own_year(text: str, period: str, date: str | None) -> str:
    """A whole year told beside the part of it that the statement is of (2024 over 1–6月) is that part."""
    return f"{period}{date[4:]}" if len(period) == 4 and date and _YEAR_ALONE.match(folded(text)) else period


def is_name_head(text: str) -> bool:
    """Whether a cell heads the column of names: 项目, 资产, Item."""
    return bool(_NAMES.match(folded(text)))


def _single(text: str) -> bool:
    """Whether a column is of one quarter alone."""
    plain = folded(text)
    return bool(_SINGLE.search(plain) or other_months(plain)) and not _WITHIN_YEAR.search(plain)


def _column(text: str, kind: StatementKind | None, date: str | None) -> Column | None:
    """The column a head means; None where it tells no period."""
    period = column_period(text, kind, date)
    if period is None:
        return None
    plain = folded(text)
    scope: Scope | None = "consolidated" if "合并" in plain else "parent" if _OF_PARENT.search(plain) else None
    return Column(period if kind == "balance" else _own_year(text, period, date), scope, unit_of(text, bare=True))


def head_of(texts: dict[int, str], kind: StatementKind | None, date: str | None, width: int) -> Head | None:
    """Read the head of a table from the words over each column; None where no column tells a period.

    Of two columns of one period (before and after an adjustment) the first that is no adjustment counts; a quarter
    beside the months up to its end is left out.
    """
    groups: list[tuple[int, dict[int, Column]]] = []
    foreign = False
    parted = any(map(_single, texts.values())) and any(_CUMULATED.search(folded(t)) for t in texts.values())
    for number in range(width):
        text = texts.get(number, "")
        plain = folded(text)
        if number and text == texts.get(number - 1) and groups and not groups[-1][1] and is_name_head(text):
            continue
        if number == 0 or is_name_head(text):
            groups.append((number, {}))
            continue
        if not plain or _NOT_AMOUNT.search(plain) or (parted and _single(text)):
            continue
        if _OTHER_COLUMN.search(plain):
            foreign = foreign or bool(_ADJUSTED.search(plain))
            continue
        column = _column(text, kind, date)
        known = {(c.period, c.scope) for c in groups[-1][1].values()}
        if column and (column.period, column.scope) not in known:
            groups[-1][1][number] = column
    kept = tuple(group for group in groups if group[1])
    audited = any("审定" in text for text in texts.values())
    return Head(kept, width, foreign and not audited) if kept else None
