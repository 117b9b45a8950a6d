"""Who is bound to whom, read from sentences and tables, and walked as a graph."""

from decimal import Decimal

import pytest

from workbench.errors import Cancelled
from workbench.jobs import JobContext
from workbench.models.documents.document import Block, BlockKind, Cell, Document, Run, TextPlace
from workbench.models.relations import KINDS, Graph, Relation, relations_of
from workbench.models.relations.relation import rules

OWN, PARENT, OTHER = "恒泰精密股份有限公司", "恒泰控股集团有限公司", "东汀部件有限公司"


def paragraph(text: str, line: int = 1) -> Block:
    return Block(BlockKind.PARAGRAPH, text, (Run(0, len(text), TextPlace(line, 0)),))


def table(rows: list[list[str]], unit: str = "") -> Block:
    cells, runs, text = [], [], ""
    for r, row in enumerate(rows):
        for c, word in enumerate(row):
            cells.append(Cell(r, c, len(text), len(text) + len(word)))
            runs.append(Run(len(text), len(text) + len(word), TextPlace(r + 1, 0)))
            text += word + ("\t" if c < len(row) - 1 else "\n")
    return Block(BlockKind.TABLE, text.rstrip("\n"), tuple(runs), cells=tuple(cells), unit=unit)


def paper(*blocks: Block | str, title: str = f"{OWN}2024年度报告") -> Document:
    return Document(title, "text", tuple(b if isinstance(b, Block) else paragraph(b, n) for n, b in enumerate(blocks)))


def told(*blocks: Block | str) -> set[tuple[str, str, str, str]]:
    return {(r.kind, r.source, r.target, r.shown) for r in relations_of([("d1", paper(*blocks))])}


@pytest.mark.parametrize(
    ("sentence", "relation"),
    [
        (
            f"公司为供应商{OTHER}向北岬商业银行的借款提供连带责任保证，担保余额30,000,000.00元。",
            ("guarantee", OWN, OTHER, "30,000,000.00元"),
        ),
        (f"本次借款由控股股东{PARENT}提供连带责任保证。", ("guarantee", PARENT, OWN, "")),
        ("公司的实际控制人为沈砚舟。", ("control", "沈砚舟", OWN, "")),
        (f"{PARENT}持有本公司65.20%的股份。", ("holding", PARENT, OWN, "65.20%")),
        (f"公司控股股东为{PARENT}，持股41.20%。", ("parent", PARENT, OWN, "")),
        ("公司向北岬商业银行借款5,000万元，期限一年。", ("loan", "北岬商业银行", OWN, "5,000万元")),
        ("法定代表人：沈砚舟（签章）", ("role", "沈砚舟", OWN, "")),
    ],
)
def test_a_sentence_tells_who_is_bound_to_whom(sentence: str, relation: tuple[str, str, str, str]) -> None:
    assert relation in told(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "2024年末有息负债以银行借款为主。",
        "公司对外担保事项均已履行程序。",
        "公司没有控股股东。",
        "各银行均有授信，无逾期。",
    ],
)
def test_a_sentence_that_names_nobody_tells_nothing(sentence: str) -> None:
    assert told(sentence) == set()


def test_several_guarantors_of_one_loan_are_each_bound() -> None:
    block = table([["担保方", "担保金额"], ["沈砚舟、顾令徽", "100,000,000.00"]])
    assert {(r[1], r[3]) for r in told(block)} == {("沈砚舟", "100,000,000.00"), ("顾令徽", "100,000,000.00")}


def test_a_table_of_shareholders_gives_shares_and_no_totals() -> None:
    rows = [["股东名称", "持股数（万股）", "持股比例"], [PARENT, "10,712", "41.20%"], ["合　计", "26,000", "100.00%"]]
    (relation,) = relations_of([("d1", paper(table(rows)))])
    assert (relation.kind, relation.source, relation.value) == ("holding", PARENT, Decimal("0.4120"))
    assert "41.20%" in relation.citations[0].quote


def test_a_column_s_unit_counts() -> None:
    rows = [["被担保单位", "担保余额（万元）"], [OTHER, "4,500.00"]]
    (relation,) = relations_of([("d1", paper(table(rows)))])
    assert (relation.source, relation.target, relation.value) == (OWN, OTHER, Decimal("45000000.00"))


def test_a_short_name_means_the_company_it_was_given_to() -> None:
    text = f"{OTHER}（以下简称“东汀部件”）是公司供应商。"
    relations = told(text, "公司为东汀部件的借款提供担保，担保金额800万元。")
    assert ("guarantee", OWN, OTHER, "800万元") in relations


def test_a_note_without_a_title_speaks_of_the_case_s_company() -> None:
    note = paper(f"公司为{OTHER}提供担保，担保余额2,000万元。", title="走访记录")
    report = paper(f"{OWN}全体股东：", f"我们审计了{OWN}的财务报表。")
    relations = relations_of([("note", note), ("report", report)])
    assert [(r.source, r.target) for r in relations] == [(OWN, OTHER)]


def test_the_same_relation_told_twice_is_one_with_both_places() -> None:
    sentence = f"公司为{OTHER}提供担保，担保余额2,000万元。"
    (relation,) = relations_of([("d1", paper(sentence)), ("d2", paper(sentence))])
    assert {c.document for c in relation.citations} == {"d1", "d2"}


def bound(kind: str, source: str, target: str) -> Relation:
    return Relation(kind, source, target, ())


def test_guarantees_in_a_ring_are_a_circle_and_others_are_not() -> None:
    ring = [bound("guarantee", a, b) for a, b in (("甲厂", "乙厂"), ("乙厂", "丙厂"), ("丙厂", "甲厂"))]
    graph = Graph([*ring, bound("guarantee", "丙厂", "丁厂"), bound("holding", "丁厂", "甲厂")])
    (circle,) = graph.circles()
    assert set(circle.parties) == {"甲厂", "乙厂", "丙厂"}
    assert len(circle.relations) == 3
    assert len(graph.circles(("guarantee", "holding"))) == 2


def test_who_stands_near_and_how_two_hang_together() -> None:
    graph = Graph([bound("parent", PARENT, OWN), bound("guarantee", OWN, OTHER), bound("loan", "北岬商业银行", OTHER)])
    assert {r.kind for r in graph.around(OWN)} == {"parent", "guarantee"}
    assert graph.around("无此公司") == ()
    (chain,) = graph.paths(PARENT, "北岬商业银行")
    assert [r.kind for r in chain] == ["parent", "guarantee", "loan"]
    assert graph.parties[0].relations == 2
    assert set(graph.layout([OWN, OTHER])) == {OWN, OTHER}


def test_every_kind_has_a_name_in_both_languages() -> None:
    assert set(rules().names) == set(KINDS)
    assert all(set(name) == {"zh", "en"} for name in rules().names.values())


def test_a_cancelled_reading_stops() -> None:
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        relations_of([("d1", paper("公司的实际控制人为沈砚舟。"))], job)
