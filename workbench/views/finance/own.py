"""What was changed by hand in a case's credit tools, as it is kept with the case."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

NOTE_KIND = "what_if"
"""Notes of the library that keep what was changed by hand, by tool."""
APPLIED = "applied"
"""The note that keeps the day of the application."""


def own_of(notes: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What was changed by hand, out of the notes of a case; what can't be read is left out."""
    kept = notes.get("tools", {})
    if not isinstance(kept, dict):
        return {}
    return {
        str(tool): {str(key): str(value) for key, value in values.items() if _is_figure(value)}
        for tool, values in kept.items()
        if isinstance(values, dict)
    }


def applied_of(notes: Mapping[str, Any]) -> date | None:
    """The day of the application set by hand, out of the notes of a case; None where none is or it can't be read."""
    kept = notes.get(APPLIED, {})
    try:
        return date.fromisoformat(str(kept["day"]))
    except (KeyError, TypeError, ValueError):
        return None


def _is_figure(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
