"""Days, months and years as statements print them: of a line, of a column's head, of a whole paper."""

import re
import unicodedata

from workbench.models.documents.document import Document

_DATE = re.compile(r"((?:19|20)\d\d)(?:年(\d{1,2})月(\d{1,2})日|([-/.])(\d{1,2})\4(\d{1,2})(?!\d))")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTHS = re.compile(
    r"(20\d\d|19\d\d)(?:[年.\-/]?(?:0?1|一)?月?(?:1日)?[-—–~至到](?:(?:20|19)\d\d年)?(\d{1,2})月|年前(\d{1,2})个?月)"
)
_OTHER_MONTHS = re.compile(
    r"(?<!\d)(?!0?1月?(?:1日)?[-—–~至到])\d{1,2}月?(?:1日)?[-—–~至到](?:(?:20|19)\d\d年)?\d{1,2}月"
)
_MONTH = re.compile(r"(20\d\d|19\d\d)(?:年|[-/.])(\d{1,2})(?:月(?:末|底|份)?|$)")
_PART = re.compile(
    r"(20\d\d|19\d\d)年?(?:度|年度)?(上半年|半年|中期|前三季|三季|第三季|一季|第一季|h1|q3|q1)", re.IGNORECASE
)
_ENDS_OF_PARTS = {"上半年": 6, "半年": 6, "中期": 6, "h1": 6, "前三季": 9, "三季": 9, "第三季": 9, "q3": 9}
_YEAR = re.compile(r"(20\d\d|19\d\d)(?:年|$)")
_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ENGLISH_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" for m in _ENGLISH_MONTHS)
_ENGLISH_DAY = re.compile(
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?-?(?P<m>{_ENGLISH_MONTH})|(?P<n>{_ENGLISH_MONTH})\.?(?P<e>\d{{1,2}})(?:st|nd|rd|th)?)[,.-]?(?P<y>(?:19|20)\d\d)"
)
_WRITTEN_YEAR = re.compile(
    r"(?P<y>[二一][〇○零O0oｏ一九八七六五四三二]{3})年(?:(?P<m>[一二三四五六七八九十]{1,2})月(?:(?P<d>[一二三四五六七八九十]{1,3})日)?)?"
)
_DECEMBER = 12
_DIGITS = {**{c: str(n) for n, c in enumerate("零一二三四五六七八九")}, **dict.fromkeys("〇○O0oｏ", "0")}


def folded(text: str) -> str:
    """Full-width forms folded, white space gone: for comparing, never for showing."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def in_figures(plain: str) -> str:
    """Days written in Chinese or English (二〇二三年十二月三十一日, 31December2023) as 2023年12月31日."""
    plain = _WRITTEN_YEAR.sub(_figures_of, plain)
    return _ENGLISH_DAY.sub(_day_of_english, plain.lower()) if re.search(r"[a-z]{3}", plain, re.IGNORECASE) else plain


def _figures_of(match: "re.Match[str]") -> str:
    year = "".join(_DIGITS[c] for c in match["y"])
    month, day = (f"{_count(match[g])}{word}" if match[g] else "" for g, word in (("m", "月"), ("d", "日")))
    return f"{year}年{month}{day}"


def _count(words: str) -> int:
    """Ten and less than a hundred as written: 十二, 三十一, 廿 is not used on statements."""
    tens, ten, ones = words.partition("十")
    if not ten:
        return int(_DIGITS[words[-1]])
    return (int(_DIGITS[tens]) if tens else 1) * 10 + (int(_DIGITS[ones]) if ones else 0)


def _day_of_english(match: "re.Match[str]") -> str:
    name, day = match["m"] or match["n"], match["d"] or match["e"]
    month = next(n for n, m in enumerate(_ENGLISH_MONTHS, start=1) if m.startswith(name[:3]))
    return f"{match['y']}年{month}月{int(day)}日"


def period_of(text: str) -> str | None:
    """``2019-12-31`` or ``2019`` as printed in a short line or a column's head.

    Months that don't begin with January (a single quarter) are no period of a statement.
    """
    plain = in_figures(folded(text))
    if (months := _MONTHS.search(plain)) and int(months[2] or months[3]) <= _DECEMBER:
        return _through(months[1], int(months[2] or months[3]))
    return None if other_months(plain) else _day_told(plain) or _part_told(plain)


def _day_told(plain: str) -> str | None:
    if dated := _DATE.search(plain):
        return f"{dated[1]}-{int(dated[2] or dated[5]):02}-{int(dated[3] or dated[6]):02}"
    compact = _COMPACT.search(plain)
    return "-".join(compact.groups()) if compact else None


def _part_told(plain: str) -> str | None:
    """A half year, quarter, month or year."""
    if part := _PART.search(plain):
        return month_end(part[1], _ENDS_OF_PARTS.get(part[2].lower(), 3))
    if (month := _MONTH.search(plain)) and 0 < int(month[2]) <= _DECEMBER:
        return month_end(month[1], int(month[2]))
    year = _YEAR.search(plain)
    if year and plain[year.end() :].startswith("初"):
        return f"{int(year[1]) - 1}-12-31"
    return year[1] if year else None


def _through(year: str, month: int) -> str:
    return year if month == _DECEMBER else month_end(year, month)


_REPORTED = re.compile(r"((?:19|20)\d\d)年?(年度|半年度|第?[一三]季度|前三季度|度|中期)")
_REPORT_ENDS = {"半": 6, "中": 6, "一": 3, "三": 9}


def report_date(document: Document) -> str | None:
    """The year a paper reports on, or the day its part of a year ends, as its title or first lines say it."""
    for text in (document.title, *(b.text for b in document.blocks[:30])):
        if len(text) < 80 and (match := _REPORTED.search(in_figures(folded(text)))):
            month = next((m for sign, m in _REPORT_ENDS.items() if sign in match[2]), _DECEMBER)
            return _through(match[1], month)
    return None


def other_months(plain: str) -> bool:
    """Whether folded words tell months of a year that don't begin with January: 7-9月."""
    return bool(_OTHER_MONTHS.search(plain))


def month_end(year: str, month: int) -> str:
    """The last day of a month."""
    days = 29 if month == 2 and int(year) % 4 == 0 else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return f"{year}-{month:02}-{days}"
