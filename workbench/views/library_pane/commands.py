"""What can be done with the documents: the pane's commands, and the menu of its rows."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from workbench.i18n import tr
from workbench.views.desk import Command
from workbench.views.library_pane.words import TROUBLED

if TYPE_CHECKING:
    from workbench.views.library_pane.pane import LibraryPane


def commands_of(pane: "LibraryPane") -> Sequence[Command]:
    """Import, follow, paste, open, delete, undo, filter."""
    bar, bringing, following, imports = pane.bar, pane.bringing, pane.following, pane.imports

    def with_case() -> bool:
        return pane.case is not None

    def followed() -> bool:
        return following.folder is not None

    def may_pause(*, now: bool) -> Callable[[], bool]:
        return lambda: imports.running and imports.paused is now

    def chosen() -> bool:
        return pane.table.selectionModel().hasSelection()

    def troubled() -> bool:
        return any(document.state in TROUBLED for document in pane.model.documents)

    return [
        Command("library_pane.import", "Ctrl+I", bringing.choose_files),
        Command("library_pane.import_folder", "Ctrl+Shift+I", bringing.choose_folder),
        Command("library_pane.paste", "", bringing.paste),
        Command("library_pane.follow", "", bringing.choose_followed, with_case),
        Command("library_pane.check_folder", "F5", following.check, followed),
        Command("library_pane.stop_following", "", following.stop_following, followed),
        Command("library_pane.open", "", pane.open_current, lambda: pane.current() is not None),
        Command("library_pane.recognise", "", pane.recognise_current, pane.may_recognise),
        Command("library_pane.delete", "", pane.delete_selected, chosen),
        Command("library_pane.undo", "Ctrl+Z", pane.undo_delete, lambda: bool(pane.deleting.gone)),
        Command("library_pane.copy_list", "Ctrl+Shift+C", pane.copy_list, lambda: bool(pane.model.rowCount())),
        Command("library_pane.filter", "Ctrl+Shift+F", pane.filter.setFocus),
        Command("library_pane.troubled", "", bar.troubled.toggle, troubled),
        Command("library_pane.group", "", bar.group.toggle),
        Command("library_map.open", "Ctrl+Shift+M", bar.map_button.toggle, with_case),
        Command("library_pane.pause", "", imports.pause, may_pause(now=False)),
        Command("library_pane.resume", "", imports.resume, may_pause(now=True)),
        Command("library_pane.stop", "", imports.stop, lambda: imports.running),
        Command("library_pane.embed", "", imports.embed, with_case),
    ]


def menu_of(pane: "LibraryPane") -> QMenu:
    """The menu of the chosen rows."""
    document = pane.current()
    menu = QMenu(pane)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    readable = document is not None and document.state != "rejected"
    menu.addAction(tr("library_pane.open"), pane.open_current).setEnabled(readable)
    menu.addAction(tr("library_pane.reread"), pane.read_again).setEnabled(document is not None)
    if pane.may_recognise():
        menu.addAction(tr("library_pane.recognise"), pane.recognise_current)
    menu.addAction(tr("library_pane.copy_list"), pane.copy_list)
    menu.addSeparator()
    menu.addAction(tr("library_pane.delete"), pane.delete_selected)
    return menu
