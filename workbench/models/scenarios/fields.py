"""Reading declared values with their place, so that a mistake names file and line."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from workbench.errors import ScenarioError
from workbench.i18n import tr
from workbench.models.scenarios.expressions import Expression, parse_expression
from workbench.models.scenarios.scenario import Words
from workbench.models.scenarios.toml_lines import KeyPath, key_lines, line_of

T = TypeVar("T")


class Fields:
    """A table of a TOML file. Every reader raises :class:`ScenarioError` with file and line."""

    def __init__(self, values: dict[str, Any], file: str, lines: dict[KeyPath, int], path: KeyPath = ()) -> None:
        self._values = values
        self._file = file
        self._lines = lines
        self._path = path

    def fault(self, key: str, reason: str, **values: object) -> ScenarioError:
        """The error for ``key`` of this table."""
        line = line_of(self._lines, (*self._path, key) if key else self._path)
        name = ".".join(str(p) for p in (*self._path, key) if isinstance(p, str) and p)
        message = tr("scenarios.fault", file=Path(self._file).name, line=line, name=name, reason=tr(reason, **values))
        return ScenarioError(message, tr("scenarios.fault.hint"), self._file, file=self._file, line=line)

    def only(self, *keys: str) -> None:
        """Refuse keys nobody reads: mostly slips of the pen."""
        for key in self._values:
            if key not in keys:
                raise self.fault(key, "scenarios.unknown_key", known=", ".join(keys))

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required without ``default``."""
        return self._get(key, str, default)

    def number(self, key: str, default: int) -> int:
        """A whole number from 1."""
        value = self._get(key, int, default)
        if isinstance(value, bool) or value < 1:
            raise self.fault(key, "scenarios.wrong_number")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        return self._get(key, bool, False)

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> Any:
        """One of ``allowed``."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.fault(key, "scenarios.not_allowed", value=value, allowed=", ".join(a or '""' for a in allowed))
        return value

    def words(self, key: str) -> Words:
        """``{zh, en}``, both there."""
        table = self._get(key, dict, None)
        inner = Fields(table, self._file, self._lines, (*self._path, key))
        inner.only("zh", "en")
        return Words(inner.text("zh"), inner.text("en"))

    def words_or_none(self, key: str) -> Words | None:
        """``{zh, en}`` or nothing."""
        return self.words(key) if key in self._values else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        values = self._get(key, list, [])
        if not all(isinstance(v, str) and v for v in values):
            raise self.fault(key, "scenarios.wrong_type", kind='["…"]')
        return tuple(values)

    def tables(self, key: str) -> Iterator["Fields"]:
        """The tables of an array; none when absent."""
        values = self._get(key, list, [])
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                raise self.fault(key, "scenarios.wrong_type", kind="[[…]]")
            yield Fields(value, self._file, self._lines, (*self._path, key, index))

    def table(self, key: str) -> "Fields":
        """A table; empty when absent."""
        return Fields(self._get(key, dict, {}), self._file, self._lines, (*self._path, key))

    def keys(self) -> tuple[str, ...]:
        """The keys written down."""
        return tuple(self._values)

    def expression(self, key: str) -> Expression:
        """A formula."""
        return self.parsed(key, parse_expression)

    def expression_or_none(self, key: str) -> Expression | None:
        """A formula or nothing."""
        return self.expression(key) if key in self._values else None

    def parsed(self, key: str, parse: Callable[[str], T]) -> T:
        """A text put through ``parse``, whose ValueError is told with the line."""
        source = self.text(key)
        try:
            return parse(source)
        except ValueError as error:
            raise self.fault(key, "scenarios.wrong_formula", problem=str(error)) from error

    def _get(self, key: str, kind: type[T], default: T | None) -> T:
        if key not in self._values:
            if default is None:
                raise self.fault(key, "scenarios.missing_key")
            return default
        value = self._values[key]
        if not isinstance(value, kind) or (kind is str and not value):
            raise self.fault(key, "scenarios.wrong_type", kind=kind.__name__)
        return value


def read_fields(file: Path) -> Fields:
    """The top table of a TOML file. Raises ScenarioError when it can't be read or isn't TOML."""
    try:
        text = file.read_text(encoding="utf-8")
        return Fields(tomllib.loads(text), str(file), key_lines(text))
    except OSError as error:
        message = tr("scenarios.unreadable", file=file.name)
        raise ScenarioError(message, tr("scenarios.fault.hint"), str(error), file=str(file)) from error
    except UnicodeDecodeError as error:
        message = tr("scenarios.not_utf8", file=file.name)
        raise ScenarioError(message, tr("scenarios.fault.hint"), str(error), file=str(file)) from error
    except tomllib.TOMLDecodeError as error:
        line = _syntax_line(str(error), text)
        message = tr("scenarios.syntax", file=file.name, line=line)
        raise ScenarioError(message, tr("scenarios.fault.hint"), str(error), file=str(file), line=line) from error


def _syntax_line(message: str, text: str) -> int:
    """TOML faults carry their line in words only: ``(at line 3, column 1)`` or ``(at end of document)``."""
    _, found, rest = message.partition("at line ")
    digits = rest.split(",")[0]
    return int(digits) if found and digits.isdigit() else max(1, text.count("\n"))
