"""The English window speaks English: what is Chinese in it is quoted from a document or names one."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QVBoxLayout, QWidget

from tests.views.said import CHINESE, painted, said_by
from tests.views.screens import open_desk
from workbench.i18n import catalogue, set_language, terms
from workbench.paths import resources
from workbench.views import fonts
from workbench.views.finance.pages import VIEWS
from workbench.views.job_runner import JobRunner
from workbench.views.main_window import MainWindow

QUOTING = ("ClaimText", "TextView", "SheetView")
"""Widgets that show sentences and rows of documents as they stand."""
CHOOSES_A_LANGUAGE = {"中文"}
UNITS = re.compile(r"[元人年月日天万亿个次度倍]+")


@cache
def our_words():
    """Chinese words that are ours and not a document's: names of the rules, texts of the window, titles of fields."""
    words = set(terms("en"))
    words |= {text for text in catalogue("zh").values() if CHINESE.fullmatch(text)}
    for path in (resources() / "fields").glob("*.toml"):
        made = tomllib.loads(path.read_text(encoding="utf-8"))
        words |= {item["name"]["zh"] for item in (made, *made["field"])}
    for path in (resources() / "scenarios").rglob("scenario.toml"):
        words |= {section["title"]["zh"] for section in tomllib.loads(path.read_text(encoding="utf-8"))["section"]}
    return {word for word in words if not UNITS.fullmatch(word)}


class Window:
    """The sample case in an English window, without models."""

    def __init__(self, qtbot, folder: Path) -> None:
        self._qtbot = qtbot
        self.runner = JobRunner()
        self.desk = open_desk(folder / "library", folder / "models", self.runner, 1, fake=False)
        self.window = MainWindow(self.desk)
        self.window.resize(1440, 900)
        self.window.show()
        library = self.desk.library
        case = library.cases()[0]
        documents = library.documents(case.id)
        told = [case.name, *(f"{d.name} {d.title}" for d in documents)]
        self.names = CHINESE.findall(" ".join(told))
        told += [block.text for d in documents for block in library.content(d.id).blocks]
        self.told = "".join(CHINESE.findall(" ".join(told)))

    def go(self, pane: str):
        """Show a pane and wait until nothing is computed for it."""
        self.window.go(pane)
        self.rest()
        return self.window.pane(pane)

    def rest(self) -> None:
        """Until no job is left."""
        for _ in range(3):
            QApplication.processEvents()
            self._qtbot.waitUntil(lambda: not self.runner._records, timeout=120_000)

    def chinese_in(self, pane: str) -> set[str]:
        """What a pane says in Chinese that no document says, or that has an English name."""
        widget = self.window.pane(pane)
        found = set()
        for kind, text in said_by(widget):
            runs = set(CHINESE.findall(text)) - CHOOSES_A_LANGUAGE
            foreign = {run for run in runs if run not in self.told}
            # A document's name cut in its middle may leave a word that is also ours; each part is painted alone.
            cut = {r for r in runs if kind == "painted" and any(n.startswith(r) or n.endswith(r) for n in self.names)}
            named = runs & our_words() - cut if kind not in QUOTING else set()
            found |= {f"{kind}: {text[:80]} ← {run}" for run in foreign | named}
        return found

    def close(self) -> None:
        self.window.close()
        self.runner.shutdown()
        self.desk.importer.close()
        self.desk.library.close()
        self.desk.engine.close()


@pytest.fixture
def english(qtbot, tmp_path):
    set_language("en")
    fonts.dress(QApplication.instance())
    made = Window(qtbot, tmp_path)
    yield made
    made.close()
    set_language("zh")


def test_no_pane_says_in_chinese_what_is_not_a_documents(english):
    said = {}
    finance = english.go("finance")
    assert len(finance.statements.table.rows) > 30
    for view in VIEWS:
        finance.go(view)
        english.rest()
        said[view] = english.chinese_in("finance")
    for kind in ("income", "cash"):
        finance.go("statements")
        finance.statements.choose_kind(kind)
        finance.statements.checks.show()
        said[kind] = english.chinese_in("finance")
    read = english.go("read")
    for number in range(read.bar.sets.count() - 1):
        read.bar.sets.setCurrentIndex(number)
        english.rest()
        said[f"read {number}"] = english.chinese_in("read")
    for pane in ("library", "ask", "write", "relations", "models", "quality", "settings"):
        english.go(pane)
        said[pane] = english.chinese_in(pane)
    assert english.window.pane("relations").shown
    assert not {where: sorted(words) for where, words in said.items() if words}


def test_the_walk_sees_what_is_painted_and_what_stands_in_rows(qtbot):
    sheet = QWidget()
    qtbot.addWidget(sheet)
    column = QVBoxLayout(sheet)
    column.addWidget(QLabel("标签"))
    table = QTableView()
    rows = QStandardItemModel()
    rows.setHorizontalHeaderLabels(["表头"])
    rows.appendRow(QStandardItem("单元格"))
    table.setModel(rows)
    column.addWidget(table)
    sheet.show()
    texts = {text for _, text in said_by(sheet)}
    assert {"标签", "表头", "单元格"} <= texts
    assert any("标签" in text for text in painted(sheet))
