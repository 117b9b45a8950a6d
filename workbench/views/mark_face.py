"""A face of our own for the marks of the contract, ● ∑ ◐ ○ ⚠ ✎ and what stands beside them, in one optical size.

Text faces draw them as they like: one has ● as a full stop and ◐ as a speck, the next fills the square,
a third has ⚠ as a coloured picture. This face is put before them, so that a mark is the same sign in every
language and on every system; what it lacks, the text faces behind it draw. It takes over their metrics,
so that no line becomes higher.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

EM = 1000
"""Units of the square a mark stands in; every mark is as wide as the square."""
WEIGHTS = {400: "Regular", 600: "SemiBold", 700: "Bold"}
_BOLD = 700
_MIDDLE, _LEVEL = 500, 360
"""Centre of a mark: half the square across, and where capitals and Chinese characters have theirs."""
_RADIUS, _STROKE = 380, 76
_ARCS = 8

Point = tuple[float, float, bool]
Contour = list[Point]


@dataclass(frozen=True, slots=True)
class LineMetrics:
    """Of the text face the marks stand in line with, in thousandths of its size."""

    ascent: int
    descent: int
    leading: int
    x_height: int
    cap_height: int
    average: int


def mark_face(family: str, metrics: LineMetrics, weight: int = 400) -> bytes:
    """A TrueType face of this family name and weight (of :data:`WEIGHTS`) that holds :func:`marks` and nothing else.

    The marks look the same in every weight. It is the letters that need them: the faces behind this one are
    asked for in the weight that was found here.
    """
    drawn = [b"", *(_glyph(contours) for _, contours in sorted(_shapes().items()))]
    codes = [ord(mark) for mark in sorted(_shapes())]
    tables = {
        b"OS/2": _os2(metrics, codes, weight),
        b"cmap": _cmap(codes),
        b"glyf": b"".join(drawn),
        b"head": _head(weight),
        b"hhea": _hhea(metrics, len(drawn)),
        b"hmtx": struct.pack(">Hh", EM, 0) * len(drawn),
        b"loca": _loca(drawn),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x00010000, len(drawn), 80, 4, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": _name(family, weight),
        b"post": struct.pack(">IIhhIIIII", 0x00030000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _bound(tables)


def marks() -> str:
    """Every mark the face draws."""
    return "".join(sorted(_shapes()))


def _shapes() -> dict[str, list[Contour]]:
    ring, hole = _circle(_RADIUS), _circle(_RADIUS - _STROKE)[::-1]
    return {
        "●": [ring],
        "○": [ring, hole],
        "◐": [ring, _right_half(_RADIUS - _STROKE)],
        "∑": [_corners(_SUM)],
        "⚠": [_corners(part) for part in _WARNING],
        "✎": [_corners(part) for part in _pencil()],
        "▲": [_corners(((500, 770), (930, -20), (70, -20)))],
        "◆": [_corners(((500, 800), (940, 360), (500, -80), (60, 360)))],
        "■": [_corners(((160, 700), (840, 700), (840, 20), (160, 20)))],
        "✓": [_corners(((190, 390), (400, 170), (800, 710), (870, 650), (410, 30), (120, 330)))],
        "✕": [_corners(_CROSS)],
        "✗": [_corners(_CROSS)],
    }


_SUM = (
    (190, 740), (800, 740), (800, 660), (330, 660), (610, 360), (330, 60),
    (800, 60), (800, -20), (190, -20), (190, 45), (500, 360), (190, 675),
)  # fmt: skip
_WARNING = (
    ((500, 790), (940, -20), (60, -20)),
    ((500, 632), (188, 54), (812, 54)),
    ((452, 480), (548, 480), (532, 240), (468, 240)),
    ((456, 180), (544, 180), (544, 96), (456, 96)),
)
_CROSS = (
    (210, 700), (500, 415), (790, 700), (840, 645), (555, 360), (840, 75),
    (790, 20), (500, 305), (210, 20), (160, 75), (445, 360), (160, 645),
)  # fmt: skip


def _pencil() -> list[list[tuple[float, float]]]:
    """A pencil from the upper left to its point at the lower right: point, shaft, end."""
    half, turn = 150.0, sin(pi / 4)
    parts = (
        ((0.0, 0.0), (250.0, -half), (250.0, half)),
        ((305.0, -half), (760.0, -half), (760.0, half), (305.0, half)),
        ((815.0, -half), (960.0, -half), (960.0, half), (815.0, half)),
    )
    tip = (_MIDDLE + 960 / 2 * turn, _LEVEL - 960 / 2 * turn)
    return [
        [(tip[0] - (along - across) * turn, tip[1] + (along + across) * turn) for along, across in part]
        for part in parts
    ]


def _corners(points: Sequence[tuple[float, float]]) -> Contour:
    return [(x, y, True) for x, y in points]


def _circle(radius: float) -> Contour:
    """A circle in curves, clockwise."""
    return _arc(radius, pi / 2, -2 * pi)[:-1]


def _right_half(radius: float) -> Contour:
    """The right half of a disc, anticlockwise: a hole in what is drawn clockwise."""
    return _arc(radius, -pi / 2, pi)


def _arc(radius: float, start: float, turn: float) -> Contour:
    """Points of an arc; between two of its own lies one that bends the curve."""
    steps = max(1, round(_ARCS * abs(turn) / (2 * pi)))
    half = turn / steps / 2
    points: Contour = []
    for step in range(2 * steps + 1):
        reach = radius / cos(half) if step % 2 else radius
        angle = start + step * half
        points.append((_MIDDLE + reach * cos(angle), _LEVEL + reach * sin(angle), step % 2 == 0))
    return points


def _glyph(contours: Sequence[Contour]) -> bytes:
    """The outline table's entry, padded to four bytes."""
    points = [(round(x), round(y), on) for contour in contours for x, y, on in contour]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    ends, last = [], -1
    for contour in contours:
        last += len(contour)
        ends.append(last)
    made = struct.pack(">hhhhh", len(contours), min(xs), min(ys), max(xs), max(ys))
    made += struct.pack(f">{len(ends)}HH", *ends, 0) + bytes(int(on) for _, _, on in points)
    for values in (xs, ys):
        steps = [after - before for before, after in zip([0, *values], values, strict=False)]
        made += struct.pack(f">{len(steps)}h", *steps)
    return made + b"\0" * (-len(made) % 4)


def _loca(drawn: Sequence[bytes]) -> bytes:
    places = [0]
    for glyph in drawn:
        places.append(places[-1] + len(glyph))
    return struct.pack(f">{len(places)}I", *places)


def _cmap(codes: Sequence[int]) -> bytes:
    """Format 4, a segment for each mark and the closing one; glyphs are numbered from 1 in the order of codes."""
    ends = [*codes, 0xFFFF]
    shifts = [(number - code) & 0xFFFF for number, code in enumerate(codes, 1)] + [1]
    count = len(ends)
    power = 1 << (count.bit_length() - 1)
    body = struct.pack(">HHHH", 2 * count, 2 * power, power.bit_length() - 1, 2 * (count - power))
    body += struct.pack(f">{count}H", *ends) + b"\0\0" + struct.pack(f">{count}H", *ends)
    body += struct.pack(f">{count}H", *shifts) + b"\0\0" * count
    head = struct.pack(">HHHHI", 0, 1, 3, 1, 12)
    return head + struct.pack(">HHH", 4, len(body) + 6, 0) + body


def _head(weight: int) -> bytes:
    moment = 0xE0000000
    return struct.pack(
        ">IIIIHHQQhhhhHHhhh",
        *(0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0x000B, EM, moment, moment),
        *(0, -150, EM, 900, int(weight >= _BOLD), 6, 2, 1, 0),
    )


def _hhea(metrics: LineMetrics, count: int) -> bytes:
    return struct.pack(
        ">IhhhHhhhhhhhhhhhH",
        *(0x00010000, metrics.ascent, -metrics.descent, metrics.leading, EM),
        *(0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0, count),
    )


def _os2(metrics: LineMetrics, codes: Sequence[int], weight: int) -> bytes:
    return struct.pack(
        ">HhHHHhhhhhhhhhhh10s4I4sHHHhhhHHIIhhHHH",
        *(4, metrics.average, weight, 5, 0),
        *(650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
        *(bytes(10), 0, 0, 0, 0, b"INKS", 0x20 if weight >= _BOLD else 0x40, codes[0], codes[-1]),
        *(metrics.ascent, -metrics.descent, metrics.leading, max(metrics.ascent, 0), max(metrics.descent, 0)),
        *(0, 0, metrics.x_height, metrics.cap_height, 0, 0x20, 1),
    )


def _name(family: str, weight: int) -> bytes:
    style = WEIGHTS[weight]
    # Systems of old know a family in regular and bold alone; other weights are told by their newer names.
    old = {1: family, 2: style} if style in ("Regular", "Bold") else {1: f"{family} {style}", 2: "Regular"}
    whole = f"{family} {style}"
    words = {**old, 3: whole, 4: whole, 6: whole.replace(" ", ""), 16: family, 17: style}
    records, text = b"", b""
    for number, said in words.items():
        encoded = said.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x0409, number, len(encoded), len(text))
        text += encoded
    return struct.pack(">HHH", 0, len(words), 6 + len(records)) + records + text


def _bound(tables: dict[bytes, bytes]) -> bytes:
    """The tables one after the other behind their directory, with the sums that systems check."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    directory = struct.pack(">IHHHH", 0x00010000, count, 16 * power, power.bit_length() - 1, 16 * (count - power))
    place, body = len(directory) + 16 * count, b""
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4sIII", tag, _sum(table), place + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    made = bytearray(directory + body)
    at = bytes(made).index(tables[b"head"]) + 8
    struct.pack_into(">I", made, at, (0xB1B0AFBA - _sum(bytes(made))) & 0xFFFFFFFF)
    return bytes(made)


def _sum(table: bytes) -> int:
    padded = table + b"\0" * (-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
