"""How figures are written in a report."""

from decimal import ROUND_HALF_UP, Decimal

from workbench.i18n import language, term

NOTHING = "—"
POINTS = "个百分点"
"""The unit of the difference of two shares: 63.68 % after 61.20 % is 2.48 more of these, not 2.48 %."""


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Half up, as accountants round; never a negative zero."""
    short = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return abs(short) if short == 0 else short


def display(value: Decimal | None, unit: str) -> str:
    """``20.13亿元``, ``8,241.52万元``, ``66.21%``, ``1.10倍``, ``107天``; a dash for nothing."""
    if value is None:
        return NOTHING
    match unit:
        case "元":
            return _money(value)
        case "天":
            return f"{rounded(value, 0):,}天"
        case "":
            return f"{value:,}"
        case _:
            return f"{rounded(value):,}{unit}"


def said(value: Decimal | None, unit: str, wanted: str = "") -> str:
    """As :func:`display` in Chinese; in English ``RMB 2,013.10m``, ``1.10x``, ``107 days``, ``66.21%``.

    In the language in use, or the one ``wanted``.
    """
    if value is None or (wanted or language()) != "en":
        return display(value, unit)
    match unit:
        case "元":
            return f"RMB {rounded(value / 10**6):,}m" if abs(value) >= 10**6 else f"RMB {rounded(value):,}"
        case "%" | "倍" | "":
            return f"{display(value, unit).removesuffix(unit)}{term(unit, 'en')}"
        case "天":
            return f"{rounded(value, 0):,} {term(unit, 'en')}"
        case "元/股":
            return f"RMB {rounded(value):,} per share"
        case _:
            whole = value.to_integral_value()
            return f"{whole if whole == value else value:,} {term(unit, 'en')}"


def labelled(label: str, wanted: str = "") -> str:
    """What a figure is called, and whose it is: ``对外担保余额（甲公司）``, ``Guarantees given (甲公司)``."""
    name, bracket, whose = label.partition("（")
    known = term(name, wanted)
    return f"{known} ({whose.removesuffix('）')})" if bracket and known != name else f"{known}{bracket}{whose}"


def in_full(value: Decimal) -> str:
    """To the cent: ``2,013,104,191.45元``, in English ``RMB 2,013,104,191.45``."""
    return f"RMB {value:,.2f}" if language() == "en" else f"{value:,.2f}元"


def _money(value: Decimal) -> str:
    size = abs(value)
    if size >= 10**8:
        return f"{rounded(value / 10**8):,}亿元"
    if size >= 10**4:
        return f"{rounded(value / 10**4):,}万元"
    return f"{rounded(value):,}元"
