"""What can be done in the pane, by name in the palette and by shortcut."""

from functools import partial
from typing import TYPE_CHECKING

from workbench.views.desk import Command

if TYPE_CHECKING:
    from workbench.views.read.pane import ReadPane


def commands_of(pane: "ReadPane") -> list[Command]:
    """Read, pause, judge, copy, print, hand in."""

    def has_cell() -> bool:
        return pane.table.current_cell() is not None

    def any_cell() -> bool:
        return bool(pane.model.cells)

    def at_page() -> bool:
        return pane.stack.currentWidget() is pane.page

    return [
        Command("read.run", "Ctrl+Return", pane.run, lambda: pane.can_run),
        Command("read.pause", "", pane.pause, lambda: pane.running),
        Command("read.next_doubtful", "F8", pane.next_doubtful, any_cell),
        Command("read.confirm", "", partial(pane.judge_here, "confirmed"), has_cell),
        Command("read.reject", "", partial(pane.judge_here, "rejected"), has_cell),
        Command("read.undo", "Ctrl+Z", pane.undo, lambda: pane.judging.possible),
        Command("read.copy", "", pane.table.copy, any_cell),
        Command("read.copy_page", "Ctrl+Shift+C", pane.copy_page, at_page),
        Command("read.export_excel", "Ctrl+E", partial(pane.hand_in, "xlsx"), any_cell),
        Command("read.export_word", "Ctrl+Shift+E", partial(pane.hand_in, "docx"), any_cell),
        Command("read.risk", "", pane.show_risk, lambda: bool(pane.shown_documents())),
        Command("read.print", "Ctrl+P", pane.print_shown, lambda: at_page() or (any_cell() and pane.in_grid)),
    ]
