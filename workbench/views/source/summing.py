"""The sum of selected figures, as a workbook's status bar shows it: for checking a total with the eye."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from workbench.i18n import tr

_FIGURE = re.compile(
    r"(?P<open>[(（])?\s*(?P<sign>[-−+－])?\s*[¥￥]?\s*(?P<digits>\d{1,3}(?:[,，]\d{3})+|\d+)(?P<rest>\.\d+)?\s*(?P<percent>[%％])?\s*[)）]?"
)
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Sum:
    """How many figures there are, what they add up to, and whether they are percentages."""

    count: int
    total: Decimal
    percent: bool

    @property
    def figure(self) -> str:
        """The total as printed: thousands separated, as many decimals as the figures have."""
        return f"{self.total:,f}{'%' if self.percent else ''}"

    def words(self, *, short: bool = False) -> str:
        """Count, total and mean, for people; without the mean when ``short``."""
        if short:
            return tr("source.sum_short", count=self.count, total=self.figure)
        places = max(-int(self.total.as_tuple().exponent), 2)
        mean = (self.total / self.count).quantize(Decimal(1).scaleb(-places))
        sign = "%" if self.percent else ""
        return tr("source.sum", count=self.count, total=self.figure, mean=f"{mean:,f}{sign}")


def figure_of(text: str) -> tuple[Decimal, bool] | None:
    """A text that is nothing but a figure: its value, and whether it is a percentage. Long numbers are none."""
    found = _FIGURE.fullmatch(text.strip())
    if found is None or (found["open"] is not None) is not text.strip().endswith((")", "）")):
        return None
    digits = found["digits"].replace(",", "").replace("，", "")
    if len(digits) > _MOST_DIGITS or (len(digits) > 1 and digits.startswith("0")):
        return None
    value = Decimal(digits + (found["rest"] or ""))
    negative = found["open"] is not None or (found["sign"] or "+") in "-−－"
    return (-value if negative else value), found["percent"] is not None


def sum_of(texts: Iterable[str]) -> Sum | None:
    """The sum of the texts that are figures; None with fewer than two, or percentages among others."""
    figures = [figure for text in texts if (figure := figure_of(text)) is not None]
    if len(figures) < 2 or len({percent for _, percent in figures}) > 1:
        return None
    return Sum(len(figures), sum((value for value, _ in figures), Decimal(0)), figures[0][1])
