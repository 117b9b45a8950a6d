"""Picture files: pages without words, bounded before they are decoded."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workbench.errors import Cancelled, DamagedDocument, DocumentTooLarge, UnsupportedDocument
from workbench.jobs import JobContext
from workbench.models.documents import images
from workbench.models.documents.document import PageSize
from workbench.models.documents.images import as_png, frame_of, read_picture
from workbench.models.documents.reading import read_file


def encoded(picture: Image.Image, kind: str, **more) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def half(colours=("red", "blue")) -> Image.Image:
    """Wide, its left half of one colour and its right half of another."""
    picture = Image.new("RGB", (40, 20), colours[1])
    picture.paste(Image.new("RGB", (20, 20), colours[0]), (0, 0))
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "TIFF"])
def test_a_picture_is_a_page_that_waits_to_be_recognised(tmp_path, kind):
    path = tmp_path / f"凭证.{kind.lower()}"
    path.write_bytes(encoded(half(), kind))
    document = read_file(path)
    assert document.format == "image"
    assert document.title == "凭证"
    assert document.pages == (PageSize(40.0, 20.0, "no_text"),)
    assert not document.blocks
    assert not document.partial


def test_every_frame_of_a_tiff_is_a_page():
    pages = [Image.new("L", (30 + k, 20), 255 - k) for k in range(3)]
    content = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    document = read_picture(content, "传真")
    assert [page.width for page in document.pages] == [30.0, 31.0, 32.0]
    assert frame_of(content, 3).pixels[0, 0].tolist() == [253, 253, 253]


def test_a_picture_is_turned_as_its_camera_noted():
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encoded(half(), "JPEG", exif=exif, quality=95)
    assert read_picture(content, "照片").pages == (PageSize(20.0, 40.0, "no_text"),)
    pixels = frame_of(content, 1).pixels
    assert pixels.shape == (40, 20, 3)
    assert pixels[5, 10, 0] > 200
    assert pixels[35, 10, 2] > 200


def png_head(width: int, height: int) -> bytes:
    """The beginning of a PNG that says it is this large."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0" * 100)) + part(b"IEND", b"")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(images, "_decoded", lambda _picture: pytest.fail("decoded"))
    with pytest.raises(DocumentTooLarge):
        read_picture(png_head(30_000, 30_000), "炸弹")


def test_a_picture_cut_short_gives_what_there_is_and_says_so():
    noise = np.random.default_rng(7).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    content = encoded(Image.fromarray(noise), "JPEG", quality=95)
    document = read_picture(content[: len(content) * 2 // 3], "残缺")
    assert document.partial
    assert len(document.notes) == 1
    assert document.pages[0].width == 64


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\nnothing", b"\xff\xd8\xff\xe0junk", b"BM and no more"])
def test_what_only_begins_like_a_picture_is_refused(content):
    with pytest.raises((DamagedDocument, UnsupportedDocument)):
        read_picture(content, "损坏")


def test_transparent_parts_are_white():
    picture = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    assert (frame_of(encoded(picture, "PNG"), 1).pixels == 255).all()


def test_more_than_256_greys_are_spread_over_them():
    values = np.linspace(1000, 30_000, 100).astype(np.uint16).reshape(10, 10)
    pixels = frame_of(encoded(Image.fromarray(values), "TIFF"), 1).pixels
    assert pixels.min() == 0
    assert pixels.max() == 255


def test_there_is_no_frame_beyond_the_last():
    with pytest.raises(DamagedDocument):
        frame_of(encoded(half(), "PNG"), 2)


def test_reading_a_picture_can_be_cancelled():
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        read_picture(encoded(half(), "PNG"), "图", job=job)


def test_heic_is_known(tmp_path: Path):
    with pytest.raises((DamagedDocument, UnsupportedDocument)):
        read_picture(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "照片")
    assert "HEIF" in Image.OPEN


def test_a_frame_can_be_had_as_a_png_file():
    frame = frame_of(encoded(half(), "BMP"), 1)
    with Image.open(io.BytesIO(as_png(frame))) as again:
        assert again.size == (40, 20)
