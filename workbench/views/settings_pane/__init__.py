"""The settings page, made from what ``workbench.settings`` declares."""

from workbench.views.settings_pane.pane import SettingsPane, create

__all__ = ["SettingsPane", "create"]
