"""The views of the pane, each imported and made when it is first wanted, so that no moment is long."""

from importlib import import_module
from typing import Any, Protocol

from workbench.views.desk import Desk

VIEWS = ("statements", "ratios", "trends", "signals", "tools", "flows", "credit")
"""In the order of the tabs."""


class Page(Protocol):
    """What the pane asks of a view."""

    def focus_first(self) -> None:
        """Take the keyboard where work begins."""
        ...

    def as_tsv(self) -> str:
        """What is shown, for a spreadsheet."""
        ...


def load() -> None:
    """Import every view beforehand; in a job, so that making one is quick."""
    for view in VIEWS:
        import_module(f"workbench.views.finance.{view}_page")


def make(view: str, desk: Desk) -> Any:
    """A view's widget. Raises KeyError for a view there is not."""
    return _MAKERS[view](desk)


def _statements(_desk: Desk) -> Any:
    from workbench.views.finance.statements_page import StatementsPage  # noqa: PLC0415 when first wanted

    return StatementsPage()


def _ratios(_desk: Desk) -> Any:
    from workbench.views.finance.ratios_page import RatiosPage  # noqa: PLC0415 when first wanted

    return RatiosPage()


def _trends(_desk: Desk) -> Any:
    from workbench.views.finance.trends_page import TrendsPage  # noqa: PLC0415 when first wanted

    return TrendsPage()


def _signals(_desk: Desk) -> Any:
    from workbench.views.finance.signals_page import SignalsPage  # noqa: PLC0415 when first wanted

    return SignalsPage()


def _tools(desk: Desk) -> Any:
    from workbench.views.finance.tools_page import ToolsPage  # noqa: PLC0415 when first wanted

    return ToolsPage(desk)


def _flows(desk: Desk) -> Any:
    from workbench.views.finance.flows_page import FlowsPage  # noqa: PLC0415 when first wanted

    return FlowsPage(desk)


def _credit(_desk: Desk) -> Any:
    from workbench.views.finance.credit_page import CreditPage  # noqa: PLC0415 when first wanted

    return CreditPage()


_MAKERS = {
    "statements": _statements,
    "ratios": _ratios,
    "trends": _trends,
    "signals": _signals,
    "tools": _tools,
    "flows": _flows,
    "credit": _credit,
}
