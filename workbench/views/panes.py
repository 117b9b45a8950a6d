"""The panes there are. A pane is imported when it is first shown; one whose package is missing is left out."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from PySide6.QtWidgets import QWidget

from workbench.views.desk import Desk, PaneKind

KINDS = (
    PaneKind("library", "shell.pane.library", "library", "workbench.views.library_pane"),
    PaneKind("read", "shell.pane.read", "read", "workbench.views.read"),
    PaneKind("ask", "shell.pane.ask", "ask", "workbench.views.ask"),
    PaneKind("write", "shell.pane.write", "write", "workbench.views.write"),
    PaneKind("finance", "finance_pane.title", "finance", "workbench.views.finance"),
    PaneKind("relations", "shell.pane.relations", "relations", "workbench.views.relations"),
    PaneKind("models", "shell.pane.models", "models", "workbench.views.models_pane", bottom=True),
    PaneKind("quality", "quality.title", "quality", "workbench.views.quality", bottom=True),
    PaneKind("settings", "shell.pane.settings", "settings", "workbench.views.settings_pane", bottom=True),
)
"""In the order of the rail."""

ALONE = frozenset({"models", "quality", "settings"})
"""Panes that have nothing to prove and take the whole width."""

SOURCE = "workbench.views.source"
EVIDENCE = "workbench.views.evidence_list"


def there() -> tuple[PaneKind, ...]:
    """The panes whose package is there."""
    return tuple(kind for kind in KINDS if exists(kind.module))


def exists(module: str) -> bool:
    """Whether a view's package is part of this program."""
    spec = find_spec(module)
    return spec is not None and spec.origin is not None


def make(module: str, desk: Desk) -> Any:
    """A view's widget: its package imported, its ``create`` called."""
    create: Callable[[Desk], QWidget] = import_module(module).create
    return create(desk)
