"""What the user can choose, declared once: the settings page is made from these fields.

The file ``settings.json`` lies in the library's folder in clear, so it holds no secrets, no names and
no words of documents. It is written atomically and carries a version; older files are migrated, an
unreadable one is kept beside and the defaults are used.
"""

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import Field, asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from workbench.errors import SettingsError
from workbench.i18n import tr

VERSION = 1
FILE_NAME = "settings.json"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the settings page knows of a field. ``group`` "" keeps it off the page.

    Title and help are the texts ``settings.<name>`` and ``settings.<name>_help``; a choice's text is
    ``settings.<name>.<choice>``. ``low`` and ``high`` bound whole numbers.
    """

    group: str = ""
    choices: tuple[Any, ...] = ()
    low: int | None = None
    high: int | None = None
    unit: str = ""
    restart: bool = False

    def check(self, name: str, value: Any, default: Any) -> None:
        """Raise :class:`SettingsError` where ``value`` can't be the setting ``name``."""
        sound = type(value) is type(default)
        sound = sound and (not self.choices or value in self.choices)
        sound = sound and (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        if not sound:
            raise SettingsError(
                tr("settings.bad_value", title=tr(f"settings.{name}"), value=value), tr("settings.bad_value_hint")
            )


def _setting(default: Any, **declared: Any) -> Any:
    return field(default=default, metadata={"declaration": Declaration(**declared)})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Values are checked when made."""

    language: str = _setting("system", group="look", choices=("system", "zh", "en"), restart=True)
    theme: str = _setting("system", group="look", choices=("system", "light", "dark"))
    text_percent: int = _setting(100, group="look", choices=(90, 100, 115, 130))
    evidence_budget: int = _setting(1200, group="answers", low=300, high=6000, unit="tokens")
    answer_samples: int = _setting(3, group="answers", low=0, high=8)
    review_percent: int = _setting(35, group="answers", low=0, high=100, unit="percent")
    thinking_tokens: int = _setting(0, group="answers", low=0, high=8192, unit="tokens")
    context_tokens: int = _setting(4096, group="models", low=1024, high=32768, unit="tokens", restart=True)
    threads: int = _setting(0, group="models", low=0, high=64, restart=True)
    auto_lock_minutes: int = _setting(15, group="safety", low=0, high=480, unit="minutes")
    window: str = _setting("")
    source_window: str = _setting("")
    splitters: str = _setting("")
    pane: str = _setting("")
    case: str = _setting("")
    tour_seen: bool = _setting(False)

    def __post_init__(self) -> None:
        for declared in fields(self):
            declaration_of(declared).check(declared.name, getattr(self, declared.name), declared.default)


def declaration_of(declared: "Field[Any]") -> Declaration:
    """The declaration of a field of :class:`Settings`."""
    declaration: Declaration = declared.metadata["declaration"]
    return declaration


def declarations() -> dict[str, Declaration]:
    """Every setting's declaration by name, in the order of the page."""
    return {declared.name: declaration_of(declared) for declared in fields(Settings)}


def read(home: Path) -> tuple[Settings, SettingsError | None]:
    """The settings of ``home`` and what was wrong with their file, if anything was.

    A file that can't be read is copied to ``settings.json.unreadable`` before defaults are used; a
    single impossible value falls back to its default and is told.
    """
    path = home / FILE_NAME
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return Settings(), _unreadable(path, str(error))
    try:
        stored = json.loads(text)
        values = _migrate(stored)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        with contextlib.suppress(OSError):
            path.with_name(FILE_NAME + ".unreadable").write_bytes(text)
        return Settings(), _unreadable(path, str(error))
    return _settings_of(values)


def load(home: Path) -> Settings:
    """The settings of ``home``; defaults where there are none or they can't be read."""
    return read(home)[0]


def save(home: Path, settings: Settings) -> None:
    """Write the settings of ``home``: the whole new file or the whole old one is there, never a half."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / FILE_NAME
    fresh = path.with_name(FILE_NAME + ".new")
    text = json.dumps({"version": VERSION, **asdict(settings)}, ensure_ascii=False, indent=2)
    try:
        with fresh.open("w", encoding="utf-8") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(tr("settings.not_saved"), tr("settings.not_saved_hint"), str(error)) from error


class SettingsKeeper:
    """The settings in use: read once, changed one value at a time, each change saved and told.

    ``trouble`` says what was wrong with the file at the start, or None.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._settings, self.trouble = read(home)
        self._listeners: list[Callable[[Settings], None]] = []

    @property
    def now(self) -> Settings:
        """The settings in use."""
        return self._settings

    def change(self, **values: Any) -> None:
        """Set, save and tell. Raises :class:`SettingsError` for an impossible value or a full disk."""
        changed = replace(self._settings, **values)
        if changed == self._settings:
            return
        self._settings = changed
        for listener in list(self._listeners):
            listener(changed)
        save(self.home, changed)

    def watch(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        """Call ``listener`` after each change, from the changing thread; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None


def _migrate(stored: dict[str, Any]) -> dict[str, Any]:
    version = stored["version"]
    if not isinstance(version, int) or version < 1:
        raise ValueError(version)
    values = {name: value for name, value in stored.items() if name != "version"}
    for step in range(version, VERSION):
        values = _STEPS[step](values)
    return values


_STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From each version to the next one; a newer file than ours is read as far as its names are known."""


def _settings_of(values: dict[str, Any]) -> tuple[Settings, SettingsError | None]:
    good: dict[str, Any] = {}
    trouble: SettingsError | None = None
    for declared in fields(Settings):
        if declared.name not in values:
            continue
        value = values[declared.name]
        try:
            declaration_of(declared).check(declared.name, value, declared.default)
        except SettingsError as error:
            trouble = error
        else:
            good[declared.name] = value
    return Settings(**good), trouble


def _unreadable(path: Path, detail: str) -> SettingsError:
    return SettingsError(tr("settings.unreadable"), tr("settings.unreadable_hint", name=path.name), detail)
