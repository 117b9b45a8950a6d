"""Drawn pages, the longest unseen forgotten first."""

from collections import OrderedDict

from PySide6.QtGui import QImage

_ROOM = 96 * 1024 * 1024


class PictureStore:
    """Page pictures by page and scale, at most ``room`` bytes of them."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._used = 0
        self._kept: OrderedDict[tuple[int, float], QImage] = OrderedDict()
        self._failed: set[tuple[int, float]] = set()

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._failed.clear()
        self._used = 0

    def has(self, page: int, scale: float) -> bool:
        """Whether a page was drawn at a scale, or can't be."""
        return (page, scale) in self._kept or (page, scale) in self._failed

    def failed(self, page: int) -> bool:
        """Whether a page can't be drawn."""
        return any(p == page for p, _ in self._failed)

    def put(self, page: int, scale: float, picture: QImage | None) -> None:
        """Keep a picture; None notes that the page can't be drawn."""
        if picture is None:
            self._failed.add((page, scale))
            return
        self._kept[page, scale] = picture
        self._used += picture.sizeInBytes()
        while self._used > self._room and len(self._kept) > 1:
            self._used -= self._kept.popitem(last=False)[1].sizeInBytes()

    def best(self, page: int, scale: float) -> QImage | None:
        """The picture at a scale, or until it comes the one drawn at the nearest other scale."""
        scales = [s for p, s in self._kept if p == page]
        if not scales:
            return None
        key = (page, scale if scale in scales else min(scales, key=lambda s: abs(s - scale)))
        self._kept.move_to_end(key)
        return self._kept[key]
