"""The map of the library: passages that speak of the same side by side, opened by a click."""

from workbench.views.library_map.canvas import MapCanvas
from workbench.views.library_map.view import LibraryMapView

__all__ = ["LibraryMapView", "MapCanvas"]
