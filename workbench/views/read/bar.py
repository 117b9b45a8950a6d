"""The bar above the grid: which fields, reading, filter, handing in."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton

from workbench.i18n import tr
from workbench.models.extracting import shipped_sets
from workbench.views import theme

QUESTIONS = "questions"


class Bar(QFrame):
    """Emits what is wanted; shows only what can be done."""

    set_chosen = Signal(str)
    run_wanted = Signal()
    pause_wanted = Signal()
    filtered = Signal()
    excel_wanted = Signal()
    word_wanted = Signal()
    print_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self.sets = _sets()
        self.sets.currentIndexChanged.connect(lambda: self.set_chosen.emit(self.chosen))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("read.filter"))
        self.filter.setAccessibleName(tr("read.filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.filtered)
        self.doubtful = QPushButton()
        self.doubtful.setCheckable(True)
        theme.set_role(self.doubtful, "flat")
        self.doubtful.setToolTip(tr("read.doubtful_tip"))
        self.doubtful.toggled.connect(self.filtered)
        self.hand_in = self._hand_in()
        self.run = _button("read.run", self.run_wanted)
        theme.set_role(self.run, "primary")
        self.pause = _button("read.pause", self.pause_wanted)
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        across.setSpacing(theme.space(2))
        across.addWidget(self.sets)
        across.addWidget(self.filter, 1)
        for button in (self.doubtful, self.hand_in, self.pause, self.run):
            across.addWidget(button)
        self.set_state(running=False, ready=False, any_cell=False)
        self.say_doubtful(0)

    def _hand_in(self) -> QToolButton:
        """Excel, Word, paper."""
        button = QToolButton()
        button.setText(tr("read.hand_in"))
        button.setAccessibleName(tr("read.hand_in"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for key, signal in (
            ("read.export_excel", self.excel_wanted),
            ("read.export_word", self.word_wanted),
            ("read.print", self.print_wanted),
        ):
            menu.addAction(tr(key)).triggered.connect(signal)
        button.setMenu(menu)
        return button

    @property
    def chosen(self) -> str:
        """The chosen set's id; :data:`QUESTIONS` for typed ones."""
        return str(self.sets.currentData())

    def choose(self, set_id: str) -> None:
        """Choose a set."""
        self.sets.setCurrentIndex(max(0, self.sets.findData(set_id)))

    def say_doubtful(self, count: int) -> None:
        """How many cells have to be looked at."""
        self.doubtful.setVisible(count > 0 or self.doubtful.isChecked())
        self.doubtful.setText(f"⚠ {count}")
        self.doubtful.setAccessibleName(tr("read.doubtful_name", count=count))

    def set_state(self, *, running: bool, ready: bool, any_cell: bool, begun: bool = False) -> None:
        """Offer what can be done."""
        self.pause.setVisible(running)
        self.run.setVisible(not running)
        self.run.setEnabled(ready)
        self.run.setText(tr("read.resume") if begun else tr("read.run"))
        self.hand_in.setEnabled(any_cell)
        self.sets.setEnabled(not running)


def _sets() -> QComboBox:
    """The sets that ship, and one's own questions."""
    sets = QComboBox()
    sets.setAccessibleName(tr("read.sets_name"))
    sets.setToolTip(tr("read.sets_name"))
    sets.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    sets.setMinimumContentsLength(11)
    for known in shipped_sets():
        sets.addItem(known.title, known.id)
    sets.addItem(tr("read.questions"), QUESTIONS)
    return sets


def _button(key: str, wanted: SignalInstance) -> QPushButton:
    button = QPushButton(tr(key))
    button.setToolTip(tr(f"{key}_tip"))
    button.clicked.connect(wanted)
    return button
