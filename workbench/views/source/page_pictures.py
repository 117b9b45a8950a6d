"""Pictures of the pages in sight, and of the small ones beside them, drawn one at a time in the background."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.source.loading import draw
from workbench.views.source.surfaces import Surfaces
from workbench.views.source.thumbnails import Thumbnails


class PagePictures(QObject):
    """Draws what is missing: first the pages read, then the small ones."""

    def __init__(self, desk: Desk, surfaces: Surfaces, small: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._surfaces = surfaces
        self._small = small
        self._drawing: JobHandle | None = None
        surfaces.canvas.pictures_wanted.connect(self.draw_next)
        small.pictures_wanted.connect(self.draw_next)

    def stop(self) -> None:
        """What is being drawn is wanted no more."""
        if self._drawing is not None:
            self._drawing.cancel()
            self._drawing = None

    def draw_next(self) -> None:
        """Draw the next picture that is missing, unless one is being drawn."""
        loaded = self._surfaces.loaded
        if self._drawing is not None or loaded is None or not loaded.pages:
            return
        canvas, thumbnails = self._surfaces.canvas, self._small
        missing = canvas.missing_pictures()
        small = None if missing else thumbnails.missing()
        if not missing and small is None:
            return
        page = small or missing[0]
        scale = thumbnails.scale(page) if small else canvas.picture_scale

        def take(picture: QImage | None) -> None:
            self._drawing = None
            if self._surfaces.loaded is loaded and small:
                thumbnails.take_picture(page, picture)
            elif self._surfaces.loaded is loaded:
                canvas.take_picture(page, scale, picture)
            self.draw_next()

        self._drawing = self._desk.job_runner.start(
            Lane.IO,
            lambda _job: draw(loaded, page, scale),
            owner=self,
            on_done=take,
            on_error=lambda _error: take(None),
        )
