"""Words for people, in Chinese and English.

One catalogue serves the desktop, the command line and every error: ``resources/i18n/<language>/*.json``,
each a flat object of ``"room.key": "text with {values}"``. A test holds both languages complete.

Names of the trade (lines of statements, ratios, checks, units) are Chinese in the rules; what they are called in
English stands in ``resources/i18n/en/terms/*.json``, by the Chinese name.
"""

import json
import locale
import os
import re
import sys
from functools import cache

from workbench.paths import resources

LANGUAGES = ("zh", "en")
_current = ["zh"]


def set_language(language: str) -> None:
    """Choose the language of everything said from now on: ``zh`` or ``en``."""
    if language not in LANGUAGES:
        raise ValueError(language)
    _current[0] = language


def language() -> str:
    """The language in use."""
    return _current[0]


def system_language() -> str:
    """``zh`` where the system speaks Chinese or says nothing (no locale, or C), else ``en``."""
    if sys.platform == "win32":
        name = (locale.getlocale()[0] or "").lower()
    else:
        # Python's own locale calls C.UTF-8 American English; the variables say that nothing was chosen.
        named = (os.environ.get(variable) for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
        name = next((value for value in named if value), "").split(".")[0].lower()
    return "zh" if name in {"", "c", "posix"} or name.startswith(("zh", "chinese")) else "en"


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of a language by key."""
    texts: dict[str, str] = {}
    for path in sorted((resources() / "i18n" / language).glob("*.json")):
        texts.update(json.loads(path.read_text(encoding="utf-8")))
    return texts


def tr(key: str, **values: object) -> str:
    """The text of ``key`` in the current language, its ``{values}`` filled in.

    A missing key comes back as itself, so that a gap is seen and never breaks the program.
    """
    text = catalogue(_current[0]).get(key) or catalogue("en").get(key) or key
    return text.format(**values) if values else text


@cache
def terms(language: str) -> dict[str, str]:
    """What the trade's names are called in a language, by their Chinese names; nothing for Chinese."""
    found: dict[str, str] = {}
    for path in sorted((resources() / "i18n" / language / "terms").glob("*.json")):
        found.update(json.loads(path.read_text(encoding="utf-8")))
    return found


def term(name: str, wanted: str = "") -> str:
    """A name of the trade in the current language (or the one ``wanted``); as it stands where it is not known."""
    return terms(wanted or _current[0]).get(name, name)


def in_terms(text: str) -> str:
    """Every known name of more than one sign in a text of our own (a formula) in the current language."""
    known = terms(_current[0])
    return _names(_current[0]).sub(lambda match: known[match.group()], text) if known else text


@cache
def _names(language: str) -> re.Pattern[str]:
    longest = sorted((name for name in terms(language) if len(name) > 1), key=len, reverse=True)
    return re.compile("|".join(re.escape(name) for name in longest))
