"""Documents built from rows, as a reader would give them."""

from collections.abc import Sequence

from workbench.models.documents.document import Block, BlockKind, Cell, Document, Run, TextPlace


def text(words: str, line: int = 1, kind: BlockKind = BlockKind.PARAGRAPH) -> Block:
    return Block(kind, words, (Run(0, len(words), TextPlace(line, 0)),))


def table(*rows: Sequence[str], unit: str = "", caption: str = "", line: int = 1) -> Block:
    words, cells, runs = "", [], []
    for number, row in enumerate(rows):
        start_of_row = len(words)
        for column, cell in enumerate(row):
            start = len(words)
            words += cell + ("\t" if column < len(row) - 1 else "")
            cells.append(Cell(number, column, start, start + len(cell)))
        runs.append(Run(start_of_row, len(words), TextPlace(line + number, 0)))
        words += "\n"
    return Block(BlockKind.TABLE, words[:-1], tuple(runs), cells=tuple(cells), unit=unit, caption=caption)


def paper(*blocks: Block, title: str = "甲乙丙丁机械股份有限公司2023年度审计报告") -> Document:
    return Document(title, "text", blocks)


BALANCE_HEAD = ("项目", "附注", "2023年12月31日", "2022年12月31日")
BALANCE = (
    ("流动资产：", "", "", ""),
    ("货币资金", "七、1", "100.00", "80.00"),
    ("其他应收款", "", "50.00", "40.00"),
    ("其中：应收利息", "", "5.00", ""),
    ("应收股利", "", "", ""),
    ("流动资产合计", "", "150.00", "120.00"),
    ("非流动资产：", "", "", ""),
    ("固定资产", "", "250.00", "200.00"),
    ("非流动资产合计", "", "250.00", "200.00"),
    ("资产总计", "", "400.00", "320.00"),
)
DEBTS = (
    ("流动负债：", "", "", ""),
    ("短期借款", "", "120.00", "100.00"),
    ("流动负债合计", "", "120.00", "100.00"),
    ("负债合计", "", "120.00", "100.00"),
    ("所有者权益（或股东权益）：", "", "", ""),
    ("实收资本（或股本）", "", "200.00", "200.00"),
    ("减：库存股", "", "10.00", ""),
    ("未分配利润", "", "90.00", "20.00"),
    ("所有者权益（或股东权益）合计", "", "280.00", "220.00"),
    ("负债和所有者权益（或股东权益）总计", "", "400.00", "320.00"),
)


def balance_sheet(*, unit: str = "单位：元", title: str = "合并资产负债表") -> Document:
    return paper(text(title), text(unit), table(BALANCE_HEAD, *BALANCE, *DEBTS))
