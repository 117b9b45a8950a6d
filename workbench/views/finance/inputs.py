"""Figures that can be changed by hand: where each comes from is one click away, and so is the way back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QPushButton, QSlider, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Citation, Status
from workbench.models.finance.display import rounded
from workbench.paths import resources
from workbench.views import theme
from workbench.views.evidence_list import short_name, short_where, where
from workbench.views.finance.forms import label, link

Kind = Literal["money", "percent", "points", "days", "years"]
_SCALE: dict[Kind, Decimal] = {
    "money": Decimal("0.0001"),
    "percent": Decimal(100),
    "points": Decimal(100),
    "days": Decimal(1),
    "years": Decimal(1),
}
_PLACES: dict[Kind, int] = {"money": 2, "percent": 2, "points": 2, "days": 0, "years": 0}
_STEP: dict[Kind, float] = {"money": 100.0, "percent": 1.0, "points": 0.5, "days": 5.0, "years": 1.0}
_LIMIT = 1e10
_ROOM_FOR_SLIDERS = 112


@dataclass(frozen=True, slots=True)
class Input:
    """A figure of a tool: money in yuan, per cents and their differences as fractions.

    ``span`` gives it a slider (in shown units); ``assumed``: no paper says so.
    """

    key: str
    words: str
    value: Decimal
    kind: Kind
    sources: tuple[Citation, ...] = ()
    span: tuple[int, int] | None = None
    assumed: bool = False


class NumberBox(QDoubleSpinBox):
    """A field for a figure with thousands; the wheel scrolls the page, not the figure."""

    def __init__(self, given: Input) -> None:
        super().__init__()
        self.setDecimals(_PLACES[given.kind])
        self.setRange(-_LIMIT, _LIMIT)
        if given.kind == "years":
            self.setRange(1, 10)
        self.setSingleStep(_STEP[given.kind])
        self.setGroupSeparatorShown(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(True)
        self.setFixedWidth(theme.space(34))
        self.setAccessibleName(given.words)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Left to the page."""
        event.ignore()


class _Slider(QSlider):
    def __init__(self, given: Input) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        low, high = given.span or (0, 1)
        self.setRange(low, high)
        self.setMinimumWidth(theme.space(14))
        self.setAccessibleName(given.words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Left to the page."""
        event.ignore()


class _Row:
    """The widgets of one input."""

    def __init__(self, form: "InputForm", given: Input) -> None:
        self.given = given
        self.value = given.value
        self.name = label(given.words, wrap=True)
        self.box = NumberBox(given)
        self.name.setBuddy(self.box)
        self.unit = label(tr(f"finance_pane.input_unit.{given.kind}"), "small")
        self.mark = label()
        self.slider = _Slider(given) if given.span else None
        self.source: QLabel | QPushButton = self._source(form)
        self.back = link("↺", lambda: form.reset(given.key), tr("finance_pane.back"))
        self.back.setAccessibleName(tr("finance_pane.back_one", name=given.words))
        self.box.valueChanged.connect(lambda shown: form.typed(self, Decimal(str(shown))))
        if self.slider is not None:
            self.slider.valueChanged.connect(lambda shown: form.typed(self, Decimal(shown)))
        self.show()

    @property
    def own(self) -> bool:
        """Whether a hand changed it."""
        return self.value != self.given.value

    def show(self) -> None:
        """The value in its units, and whether it is one's own."""
        shown = self.value * _SCALE[self.given.kind]
        with QSignalBlocker(self.box):
            self.box.setValue(float(rounded(shown, _PLACES[self.given.kind])))
        if self.slider is not None:
            with QSignalBlocker(self.slider):
                self.slider.setValue(int(rounded(shown, 0)))
        self.mark.setText(Status.OWN.mark if self.own else "")
        self.mark.setToolTip(tr("finance_pane.own") if self.own else "")
        self.box.setAccessibleDescription(tr("finance_pane.own") if self.own else "")
        # The place is kept, so that nothing jumps as one types.
        self.back.setEnabled(self.own)
        self.back.setText("↺" if self.own else " ")

    def widgets(self) -> tuple[QWidget, ...]:
        """In the order of the columns."""
        return (self.name, self.slider or QWidget(), self.box, self.unit, self.mark, self.back, self.source)

    def standing(self, name_of: Callable[[str], str]) -> str:
        """Where the figure is from: its documents and places, a hand, or nowhere."""
        if self.own:
            return tr("finance_pane.own")
        places = dict.fromkeys(f"{short_name(name_of(c.document))} {where(c.anchor)}" for c in self.given.sources)
        return tr("finance_pane.joiner").join(list(places)[:3]) or (
            tr("finance_pane.assumed") if self.given.assumed else ""
        )

    def _source(self, form: "InputForm") -> QLabel | QPushButton:
        cited = next(iter(self.given.sources), None)
        if cited is None:
            return label(tr("finance_pane.assumed") if self.given.assumed else "", "small")
        tip = "\n".join(source.quote for source in self.given.sources)
        words = tr("finance_pane.source_at", place=short_where(cited.anchor))
        button = link(words, lambda: form.source_wanted.emit(self.given), tip)
        button.setAccessibleName(tr("finance_pane.source_of", name=self.given.words))
        return button


class InputForm(QWidget):
    """Inputs below each other; ``changed`` whenever one is."""

    changed = Signal()
    source_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, _Row] = {}
        self._parts: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.space(2))
        self._grid.setVerticalSpacing(theme.space(1))
        self._grid.setColumnMinimumWidth(0, theme.space(20))
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        self._dress()
        theme.on_change(self, self._dress)

    def show_inputs(self, inputs: Sequence[Input], own: Mapping[str, str]) -> None:
        """Other inputs; ``own`` are figures a hand has set before."""
        for part in self._parts:
            self._grid.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._rows, self._parts = {}, []
        before: QWidget | None = None
        for number, given in enumerate(inputs):
            row = _Row(self, given)
            if given.key in own:
                row.value = Decimal(own[given.key])
                row.show()
            self._rows[given.key] = row
            for column, widget in enumerate(row.widgets()):
                self._grid.addWidget(widget, number, column)
                self._parts.append(widget)
            if before is not None:
                QWidget.setTabOrder(before, row.box)
            before = row.box

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Sliders go where there is no room for them; the fields do the same."""
        super().resizeEvent(event)
        for row in self._rows.values():
            if row.slider is not None:
                row.slider.setVisible(self.width() >= theme.space(_ROOM_FOR_SLIDERS))

    def value(self, key: str) -> Decimal:
        """A figure as it stands: yuan, fraction, days."""
        return self._rows[key].value

    def box(self, key: str) -> NumberBox:
        """The field of a figure."""
        return self._rows[key].box

    def slider(self, key: str) -> QSlider | None:
        """The slider of a figure."""
        return self._rows[key].slider

    @property
    def own(self) -> dict[str, str]:
        """What a hand has changed."""
        return {key: format(row.value, "f") for key, row in self._rows.items() if row.own}

    @property
    def sources(self) -> tuple[Citation, ...]:
        """Where the figures that were not changed come from."""
        return tuple(dict.fromkeys(c for row in self._rows.values() if not row.own for c in row.given.sources))

    def told(self, name_of: Callable[[str], str]) -> list[tuple[str, str, str, str]]:
        """Each input in words: name, value, unit, and where it is from or that a hand set it."""
        return [
            (row.given.words, row.box.text(), row.unit.text(), row.standing(name_of)) for row in self._rows.values()
        ]

    def reset(self, key: str = "") -> None:
        """Back to what the papers say; all, or one."""
        for row in self._rows.values():
            if key in ("", row.given.key):
                row.value = row.given.value
                row.show()
        self.changed.emit()

    def typed(self, row: _Row, shown: Decimal) -> None:
        """A hand changed a figure. A figure put back to what is shown of the paper's is the paper's again."""
        given, scale = row.given, _SCALE[row.given.kind]
        as_given = rounded(given.value * scale, _PLACES[given.kind])
        row.value = given.value if shown == as_given else shown / scale
        row.show() if row.slider is not None else self._mark(row)
        self.changed.emit()

    @staticmethod
    def _mark(row: _Row) -> None:
        """Only the mark: what is being typed is left alone."""
        row.mark.setText(Status.OWN.mark if row.own else "")
        row.back.setEnabled(row.own)
        row.back.setText("↺" if row.own else " ")

    def _dress(self) -> None:
        c = theme.current()
        arrows = (resources() / "icons" / ("dark" if c.dark else "light")).as_posix()
        button = "subcontrol-origin: border; border: none; background: transparent; width: 18px;"
        self.setStyleSheet(
            f"QDoubleSpinBox {{ background: {c.panel}; color: {c.ink}; border: 1px solid {c.line_strong};"
            f" border-radius: 4px; padding: 3px 20px 3px 6px; min-height: {theme.space(5)}px; }}"
            f"QDoubleSpinBox:focus {{ border: 1px solid {c.accent}; }}"
            f"QDoubleSpinBox::up-button {{ {button} subcontrol-position: top right; margin-top: 2px; }}"
            f"QDoubleSpinBox::down-button {{ {button} subcontrol-position: bottom right; margin-bottom: 2px; }}"
            f'QDoubleSpinBox::up-arrow {{ image: url("{arrows}/up.svg"); width: 9px; height: 9px; }}'
            f'QDoubleSpinBox::down-arrow {{ image: url("{arrows}/down.svg"); width: 9px; height: 9px; }}'
            f"QSlider::groove:horizontal {{ height: 4px; background: {c.line}; border-radius: 2px; }}"
            f"QSlider::sub-page:horizontal {{ background: {c.accent}; border-radius: 2px; }}"
            f"QSlider::handle:horizontal {{ width: 14px; margin: -5px 0; border-radius: 7px; background: {c.accent}; }}"
            f"QSlider::handle:horizontal:focus {{ border: 2px solid {c.highlight_line}; }}"
        )
