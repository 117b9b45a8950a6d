"""Pictures as documents: every frame a page whose words are still to be read.

A picture's size is known from its head and bounded before anything is decoded. Coordinates are pixels
of the picture as shown, after the rotation its camera noted (EXIF).
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from workbench.errors import DamagedDocument
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Document, PageSize
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import damaged, too_large

FORMAT = "image"
"""The reader's name."""
_MAX_PIXELS = 60_000_000
_MAX_FRAMES = 1_000
_PLUGINS = (
    BmpImagePlugin.BmpImageFile,
    GifImagePlugin.GifImageFile,
    JpegImagePlugin.JpegImageFile,
    PngImagePlugin.PngImageFile,
    TiffImagePlugin.TiffImageFile,
    WebPImagePlugin.WebPImageFile,
)
_KINDS = (*(str(plugin.format) for plugin in _PLUGINS), "HEIF")
_EXIF_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)

# Our own bound is checked before decoding; Pillow's would only warn.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded frame as shown: ``pixels`` is ``(height, width, 3)``; ``whole`` unless its file ends too early."""

    pixels: NDArray[np.uint8]
    whole: bool = True


def read_picture(origin: Origin, title: str, *, job: JobContext | None = None, limits: ReadLimits = LIMITS) -> Document:
    """A picture file as a document of pages (frames) without words, each asking to be recognised.

    Raises DamagedDocument or DocumentTooLarge (over 60 megapixels a frame).
    """
    job = job or JobContext()
    with _opened(origin) as picture:
        frames = getattr(picture, "n_frames", 1) if picture.format != "GIF" else 1
        count = min(frames, _MAX_FRAMES, limits.pages)
        sizes = []
        for number in range(count):
            job.check()
            if number:
                picture.seek(number)
            sizes.append(_size(picture))
            if number == 0:
                whole = _decoded(picture).whole
            job.progress(number + 1, count)
    notes = [] if whole else [tr("ocr.cut_short")]
    if frames > count:
        notes.append(tr("documents.pages_lost", first=count + 1, last=frames))
    return Document(title, FORMAT, (), tuple(sizes), partial=bool(notes), notes=tuple(notes))


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as the head says, undecoded; None for what is no picture."""
    try:
        with _opened(content) as picture:
            wide, high = picture.size
            return int(wide), int(high)
    except DamagedDocument:
        return None


def frame_of(origin: Origin, number: int) -> Frame:
    """Frame ``number`` (from 1), decoded. Raises DamagedDocument or DocumentTooLarge."""
    with _opened(origin) as picture:
        try:
            picture.seek(number - 1)
        except EOFError as error:
            raise damaged(f"no frame {number}") from error
        _size(picture)
        return _decoded(picture)


@contextmanager
def _opened(origin: Origin) -> Iterator[Any]:
    """An opened, not yet decoded picture; what its decoder can't bear is a damaged file."""
    _know_heic()
    with stream(origin) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(file, formats=_KINDS) as picture:
                yield picture
        except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, OverflowError) as error:
            raise damaged(f"{type(error).__name__}: {error}") from error


def _know_heic() -> None:
    if "HEIF" not in Image.OPEN:
        from pi_heif import register_heif_opener  # noqa: PLC0415 - a tenth of a second

        register_heif_opener()


def _size(picture: Any) -> PageSize:
    wide, high = picture.size
    if wide * high > _MAX_PIXELS:
        raise too_large("picture", f"{_MAX_PIXELS:,}")
    if picture.getexif().get(_EXIF_ORIENTATION) in _SIDEWAYS:
        wide, high = high, wide
    return PageSize(float(wide), float(high), "no_text")


def _decoded(picture: Any) -> Frame:
    """The current frame on white, turned as its camera noted; what there is of one cut short."""
    whole = True
    try:
        picture.load()
    except (OSError, SyntaxError):
        whole = False
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            picture.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("I;16", "I;16B", "I", "F"):
        upright = _eight_bits(upright)
    if upright.has_transparency_data:
        ground = Image.new("RGBA", upright.size, "white")
        ground.alpha_composite(upright.convert("RGBA"))
        upright = ground
    return Frame(np.asarray(upright.convert("RGB"), np.uint8), whole)


def _eight_bits(picture: Any) -> Any:
    """A picture of more than 256 greys, spread over them."""
    values = np.asarray(picture, np.float32)
    low, high = float(values.min()), float(values.max())
    spread = (values - low) * (255 / max(high - low, 1e-6))
    return Image.fromarray(spread.astype(np.uint8), "L")


def as_png(frame: Frame) -> bytes:
    """The frame as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(frame.pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
