"""Values of cells as text: as the sheet shows them, without the noise of binary fractions."""

import datetime
import math
from decimal import ROUND_HALF_UP, Context, Decimal

_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
"""Room for any float and any number of decimals a format may ask for."""


def shown(value: object) -> str:
    """A cell's value as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return _number(value) if isinstance(value, float) else _moment(value)


def share(value: float, decimals: int) -> str:
    """A percentage with so many decimals, a half rounded away from zero as sheets do."""
    if not math.isfinite(value):
        return f"{value}%"
    hundredths = _EXACT.multiply(Decimal(repr(value)), 100)
    return f"{hundredths.quantize(Decimal(1).scaleb(-decimals), context=_EXACT):f}%"


def _moment(value: object) -> str:
    """Dates, times and spans of time in ISO form; anything else as it is."""
    match value:
        case datetime.datetime():
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat("seconds")
        case datetime.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def _number(value: float) -> str:
    """Fifteen significant digits, as a sheet shows them, never in exponents up to 1e21."""
    if not math.isfinite(value):
        return str(value)
    short = f"{value:.15g}"
    if "e" in short:
        short = f"{Decimal(short):f}" if abs(value) < 1e21 else short
    return "0" if short == "-0" else short
