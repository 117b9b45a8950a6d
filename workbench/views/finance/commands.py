"""What can be done in the pane, by name in the palette and by shortcut."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from workbench.views.desk import Command
from workbench.views.finance.pages import VIEWS

if TYPE_CHECKING:
    from workbench.views.finance.pane import FinancePane


def commands_of(pane: "FinancePane") -> list[Command]:
    """The views, handing in, copying, and what the shown view offers."""

    def ready() -> bool:
        return pane.ready

    def at(view: str) -> Callable[[], bool]:
        return lambda: pane.ready and pane.view == view

    def has_chart() -> bool:
        return pane.ready and pane.view == "trends" and not pane.trends.chart.empty

    def of(view: str, name: str) -> Callable[[], object]:
        """A deed of a view, which may not be made yet."""

        def run() -> object:
            return getattr(getattr(pane, view), name)()

        return run

    jumps = [
        Command(f"finance_pane.go.{view}", f"Alt+{number}", partial(pane.go, view), ready)
        for number, view in enumerate(VIEWS, 1)
    ]
    statements = at("statements")
    return [
        *jumps,
        Command("finance_pane.export", "Ctrl+E", pane.hand_in, lambda: pane.handing.possible),
        Command("finance_pane.print", "Ctrl+P", pane.print_view, ready),
        Command("finance_pane.copy_table", "Ctrl+Shift+C", pane.copy_whole, ready),
        Command("finance_pane.save_picture", "Ctrl+Shift+P", pane.save_picture, has_chart),
        Command("finance_pane.copy_picture", "", of("trends", "copy_picture"), has_chart),
        Command("finance_pane.shares", "Alt+S", of("statements", "toggle_shares"), statements),
        Command("finance_pane.growth", "Alt+G", of("statements", "toggle_growth"), statements),
        Command("finance_pane.filled", "Alt+F", of("statements", "toggle_filled"), statements),
        Command("finance_pane.toggle_checks", "Alt+C", of("statements", "toggle_checks"), statements),
        Command("finance_pane.next_failure", "F8", of("statements", "next_failure"), statements),
        Command("finance_pane.filter", "Ctrl+Shift+F", of("flows", "focus_filter"), at("flows")),
        Command("finance_pane.set_applied", "", of("flows", "focus_applied"), at("flows")),
        Command("finance_pane.reset", "", of("tools", "reset_all"), at("tools")),
        Command("finance_pane.read_again", "F5", pane.read_again, lambda: pane.has_case),
    ]
