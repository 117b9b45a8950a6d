"""The views of the pane, each imported and made when it is first wanted, so that no moment is long."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from workbench.views.desk import Desk

if TYPE_CHECKING:
    from workbench.views.finance.credit_page import CreditPage
    from workbench.views.finance.flows_page import FlowsPage
    from workbench.views.finance.ratios_page import RatiosPage
    from workbench.views.finance.signals_page import SignalsPage
    from workbench.views.finance.statements_page import StatementsPage
    from workbench.views.finance.tools_page import ToolsPage
    from workbench.views.finance.trends_page import TrendsPage

VIEWS = ("statements", "ratios", "trends", "signals", "tools", "flows", "credit")
"""In the order of the tabs."""


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


class Holder(QWidget):
    """The views by name, each made when first asked for."""

    def page_of(self, view: str) -> Any:
        """A view by its id."""
        raise NotImplementedError

    @property
    def statements(self) -> "StatementsPage":
        """The view of that name."""
        page: StatementsPage = self.page_of("statements")
        return page

    @property
    def ratios(self) -> "RatiosPage":
        """The view of that name."""
        page: RatiosPage = self.page_of("ratios")
        return page

    @property
    def trends(self) -> "TrendsPage":
        """The view of that name."""
        page: TrendsPage = self.page_of("trends")
        return page

    @property
    def signals(self) -> "SignalsPage":
        """The view of that name."""
        page: SignalsPage = self.page_of("signals")
        return page

    @property
    def tools(self) -> "ToolsPage":
        """The view of that name."""
        page: ToolsPage = self.page_of("tools")
        return page

    @property
    def flows(self) -> "FlowsPage":
        """The view of that name."""
        page: FlowsPage = self.page_of("flows")
        return page

    @property
    def credit(self) -> "CreditPage":
        """The view of that name."""
        page: CreditPage = self.page_of("credit")
        return page
