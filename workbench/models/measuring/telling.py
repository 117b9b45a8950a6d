"""Measurements in words and pictures: a table, JSON, a chart as SVG."""

from collections.abc import Sequence
from html import escape
from typing import Any

from workbench.i18n import tr
from workbench.models.measuring.keeping import Measurement
from workbench.models.measuring.record import SHARES, TIMES

_BAR, _GAP, _LEFT, _TOP, _WIDE = 18, 30, 170, 40, 420
_INK, _MUTED, _LINE = "#1D2327", "#6B7178", "#E3E2DC"
_HEADLINES = ("hit1", "ndcg10", "f1", "declined", "verbatim")
"""What is shown in one line beside a model; the rest is kept with it."""
_COLOURS = ("#23527C", "#B07A12", "#2F7D4F", "#4B5FB3", "#B3402E", "#6B7178")


def who(measurement: Measurement) -> str:
    """The contestant of a measurement in words."""
    chat = measurement.chat_name or tr("measuring.no_chat")
    embedding = measurement.embedding_name or tr("measuring.no_embedding")
    own = f" · {tr('measuring.own_wording')}" if measurement.wording else ""
    return f"{chat} + {embedding}{own}"


def figure_name(name: str) -> str:
    """A figure's name for people."""
    return tr(f"measuring.figure.{name}")


def figure_words(name: str, value: float) -> str:
    """A figure's value: a share in per cent, a time in seconds or milliseconds."""
    if name not in TIMES:
        return f"{100 * value:.1f} %"
    return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms"


def table(measurement: Measurement) -> list[tuple[str, str, str]]:
    """Rows of name, value and how many questions it is of, a head first."""
    head = (tr("measuring.head.figure"), tr("measuring.head.value"), tr("measuring.head.count"))
    rows = [(figure_name(n), figure_words(n, f.value), str(f.count)) for n, f in measurement.figures.items()]
    return [head, *rows]


def public(measurement: Measurement) -> dict[str, Any]:
    """What may be noted beside a model: figures, and no word of a question or an answer."""
    return {
        "suite": measurement.suite,
        "at": measurement.at,
        "figures": {n: round(f.value, 3) for n, f in measurement.figures.items() if n in _HEADLINES},
        "measured": {n: [f.value, f.count] for n, f in measurement.figures.items()},
        "questions": measurement.done,
        "chat": measurement.chat_name,
        "embedding": measurement.embedding_name,
        "own_wording": bool(measurement.wording),
    }


def svg(measurements: Sequence[Measurement]) -> str:
    """Bars of every share, one a measurement, with names and values; nothing outside the file is needed."""
    names = [name for name in SHARES if any(name in m.figures for m in measurements)]
    group = _BAR * len(measurements) + _GAP
    below = _TOP + group * len(names)
    height = below + 22 * len(measurements) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDE + 90}" height="{height}"'
        ' font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#FFFFFF"/>',
        _text(_LEFT, 22, measurements[0].title if measurements else "", weight="600"),
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = _LEFT + share * _WIDE
        parts.append(f'<line x1="{x}" y1="{_TOP - 8}" x2="{x}" y2="{below - _GAP + 4}" stroke="{_LINE}"/>')
    for row, name in enumerate(names):
        top = _TOP + row * group
        middle = top + _BAR * len(measurements) / 2 + 4
        parts.append(_text(_LEFT - 10, middle, figure_name(name), anchor="end"))
        for number, measurement in enumerate(measurements):
            parts += _bar(measurement, name, top + number * _BAR, _COLOURS[number % len(_COLOURS)])
    for number, measurement in enumerate(measurements):
        y, colour = below + 22 * number + 8, _COLOURS[number % len(_COLOURS)]
        parts.append(f'<rect x="{_LEFT}" y="{y - 10}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(_LEFT + 20, y, f"{who(measurement)} · {measurement.at[:16].replace('T', ' ')} UTC"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(measurement: Measurement, name: str, top: float, colour: str) -> list[str]:
    figure = measurement.figures.get(name)
    if figure is None:
        return []
    words = figure_words(name, figure.value)
    title = escape(f"{figure_name(name)} {words} (n={figure.count})")
    wide = round(figure.value * _WIDE, 1)
    return [
        f'<rect x="{_LEFT}" y="{top}" width="{wide}" height="{_BAR - 4}" fill="{colour}"><title>{title}</title></rect>',
        _text(_LEFT + wide + 6, top + _BAR - 7, words, colour=_MUTED),
    ]


def _text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "400", colour: str = _INK) -> str:
    attributes = f'x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" fill="{colour}"'
    return f"<text {attributes}>{escape(words)}</text>"
