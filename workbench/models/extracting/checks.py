"""How a value read is checked: check digits, forms, bounds. True: holds; False: does not; None: nothing to check."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from workbench.models.extracting.field import Field

_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def credit_code(value: str) -> bool:
    """The check character of a unified social credit code (GB 32100-2015: weights 3^i mod 31)."""
    if len(value) != 18 or any(c not in _CREDIT for c in value):
        return False
    total = sum(_CREDIT.index(c) * w for c, w in zip(value[:17], _CREDIT_WEIGHTS, strict=True))
    return _CREDIT[(31 - total % 31) % 31] == value[17]


def identity_number(value: str) -> bool:
    """The check character of a resident identity number (GB 11643-1999: ISO 7064 mod 11-2)."""
    if not re.fullmatch(r"\d{17}[\dX]", value):
        return False
    total = sum(int(c) * w for c, w in zip(value[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == value[17]


def bank_card(value: str) -> bool:
    """The Luhn digit of a card number; account numbers of companies have none."""
    digits = [int(c) for c in reversed(value) if c.isdecimal()]
    return (
        len(digits) >= 12 and sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0
    )


RULES: dict[str, Callable[[str], bool]] = {
    "credit_code": credit_code,
    "identity_number": identity_number,
    "bank_card": bank_card,
}
"""Rules a field set may name."""


def check(field: Field, value: str) -> bool | None:
    """Whether a normalised value can be one of this field."""
    results = [RULES[field.check](value)] if field.check in RULES else []
    if field.form and field.type in ("code", "name", "text"):
        results.append(bool(re.fullmatch(field.form, value)))
    if field.type == "date":
        results.append(bool(_DATE.fullmatch(value)))
    if field.type in ("amount", "percent") and (field.least or field.most):
        results.append(_within(field, value))
    return all(results) if results else None


def _within(field: Field, value: str) -> bool:
    try:
        number = Decimal(value)
        return (not field.least or number >= Decimal(field.least)) and (not field.most or number <= Decimal(field.most))
    except InvalidOperation:
        return False
