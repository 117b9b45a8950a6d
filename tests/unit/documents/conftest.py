"""Small files made on the spot: PDF by hand, Office files by their libraries."""

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A loaded machine is slow, not wrong: examples have no time of their own.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

A4 = (595, 842)
_SECTOR = 512


class PdfPage:
    """A page of A4 written in points from the top left; Chinese by a font every reader knows."""

    def __init__(self, rotate: int = 0, font: str = "F1") -> None:
        self.rotate = rotate
        self.content: list[str] = []
        self._font = font

    def text(self, x: float, top: float, words: str, size: float = 10) -> "PdfPage":
        codes = words.encode("utf-16-be").hex()
        base = A4[1] - top - 0.88 * size
        self.content.append(f"BT /{self._font} {size} Tf 1 0 0 1 {x} {base:.2f} Tm <{codes}> Tj ET")
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> "PdfPage":
        self.content.append(f"0.5 w {x0} {A4[1] - y0} m {x1} {A4[1] - y1} l S")
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> "PdfPage":
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        return self

    def picture(self) -> "PdfPage":
        self.content.append("q 400 0 0 600 100 100 cm /Im0 Do Q")
        return self


def pdf_bytes(pages: Sequence[PdfPage], title: str = "") -> bytes:
    """A whole PDF file."""
    kids = " ".join(f"{10 + 2 * k} 0 R" for k in range(len(pages)))
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        3: "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        4: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 [500] 2 95 500 814 939 500] "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>",
        5: "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /Ascent 880 /Descent -120 /CapHeight 880 "
        "/ItalicAngle 0 /StemV 93 /FontBBox [-25 -254 1000 880] >>",
        6: f"<< /Title <{('﻿' + title).encode('utf-16-be').hex()}> >>",
        7: "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        "/Length 1 >>\nstream\n\x00\nendstream",
        8: "<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Odd /Encoding /Identity-H /DescendantFonts [9 0 R] >>",
        9: "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Odd /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R >>",
    }
    for k, page in enumerate(pages):
        stream = "\n".join(page.content)
        objects[10 + 2 * k] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A4[0]} {A4[1]}] "
            f"/Rotate {page.rotate} /Contents {11 + 2 * k} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 8 0 R >> /XObject << /Im0 7 0 R >> >> >>"
        )
        objects[11 + 2 * k] = f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for number in sorted(objects):
        out += f"{places[number]:010} 00000 n \n".encode()
    info = "/Info 6 0 R" if title else ""
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {info} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def compound(name: str, content: bytes) -> bytes:
    """An OLE compound file with one stream, large enough not to lie in the short-sector chain."""
    content = content.ljust(4096, b"\0")
    sectors = -(-len(content) // _SECTOR)
    content = content.ljust(sectors * _SECTOR, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * (4 * 108)
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (_SECTOR // 4 - len(table))

    def entry(called: str, kind: int, child: int, first: int, size: int) -> bytes:
        written = called.encode("utf-16-le") + b"\0\0"
        tail = struct.pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
        return written.ljust(64, b"\0") + tail + struct.pack("<IQ", first, size)

    entries = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(content))
    entries += (b"\0" * 68 + b"\xff" * 12 + b"\0" * 48) * 2
    return head + struct.pack(f"<{_SECTOR // 4}I", *table) + entries + content


@pytest.fixture
def page() -> Callable[..., PdfPage]:
    """A new page to write on."""
    return PdfPage


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF of the given pages and return its path."""

    def make(*pages: PdfPage, name: str = "报告.pdf", title: str = "") -> Path:
        path = tmp_path / name
        path.write_bytes(pdf_bytes(pages, title))
        return path

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Write a file of the given name and return its path."""

    def make(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make
