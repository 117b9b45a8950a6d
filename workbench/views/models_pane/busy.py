"""The bar at the foot of the pane: also told in bytes, where a model is copied."""

from workbench.i18n import tr
from workbench.views.job_bar import JobBar
from workbench.views.models_pane.card import size_words

_MEGA = 1 << 20


class BusyBar(JobBar):
    """Shown while one long job of the pane runs."""

    def __init__(self) -> None:
        super().__init__(tr("models.stop"))

    def show_bytes(self, done: int, total: int, text: str) -> None:
        """How far a copy is."""
        self._measure(done // _MEGA, total // _MEGA)
        self._say(f"{text}  {size_words(done)} / {size_words(total)}" if total else text)
