"""Made-up credit reports of companies and persons in several layouts."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tests.unit.finance.papers import table, text
from workbench.models.documents.document import Block, BlockKind, Document

MADE = date(2024, 12, 20)
LENDERS = [f"{name}银行股份有限公司" for name in ("云陵", "沅澜", "北岬", "澄江", "望海", "岱岳")]
Loan = tuple[str, str, float, float, str, float]
"""Lender, kind, amount and balance in yuan, class, overdue."""


def loans(chance: random.Random, count: int = 4) -> list[Loan]:
    made = []
    for lender in chance.sample(LENDERS, count):
        amount = chance.randint(20, 90) * 100000
        made.append((lender, "流动资金贷款", amount, round(amount * chance.uniform(0.4, 1), -4), "正常", 0.0))
    return made


def enquiries(chance: random.Random, hunting: int, recent: bool = True) -> list[tuple[str, str, str]]:
    rows = []
    for number in range(hunting):
        day = MADE - timedelta(days=chance.randint(1, 80) if recent else chance.randint(120, 600))
        rows.append((day.isoformat(), LENDERS[number % len(LENDERS)], "贷款审批"))
    rows += [((MADE - timedelta(days=30 * n + 3)).isoformat(), LENDERS[0], "贷后管理") for n in range(8)]
    return rows


def _title(words: str) -> Block:
    return text(words, kind=BlockKind.HEADING)


def corporate(
    debts: Sequence[Loan], asked: Sequence[tuple[str, str, str]], guarantees: Sequence[tuple[str, float]] = ()
) -> Document:
    """Tables in 万元, a summary of labelled cells."""
    total = sum(d[3] for d in debts)
    settled = ("岱岳银行股份有限公司", "流动资金贷款", "2020-03-01", "2021-03-01", "200.00", "2021-02-27", "正常")
    return Document(
        "企业信用报告",
        "pdf",
        (
            _title("企业信用报告（授信机构版）"),
            text("报告编号：2024122000000123456789  报告时间：2024-12-20 10:31:22"),
            text("如无特别说明，金额均以万元为单位"),
            table(("企业名称", "青岚装备制造有限公司"), ("统一社会信用代码", "91000000MA0000000X")),
            _title("信息概要"),
            table(
                ("首次有信贷交易的年份", "当前有未结清信贷交易的机构数", "借贷交易余额", "担保交易余额"),
                ("2015", str(len(debts)), f"{total / 1e4:,.2f}", "0.00"),
            ),
            _title("未结清信贷"),
            table(
                ("授信机构", "业务种类", "开立日期", "到期日", "借款金额", "余额", "五级分类", "逾期总额"),
                *(
                    (
                        d[0],
                        d[1],
                        "2024-03-01",
                        "2025-03-01",
                        f"{d[2] / 1e4:,.2f}",
                        f"{d[3] / 1e4:,.2f}",
                        d[4],
                        f"{d[5] / 1e4:,.2f}",
                    )
                    for d in debts
                ),
                ("合计", "", "", "", "", f"{total / 1e4:,.2f}", "", ""),
            ),
            _title("已结清信贷"),
            table(("授信机构", "业务种类", "开立日期", "到期日", "借款金额", "结清日期", "五级分类"), settled),
            _title("相关还款责任"),
            table(
                ("主借款人", "业务机构", "还款责任金额", "余额", "五级分类"),
                *(
                    (name, LENDERS[1], f"{value / 1e4:,.2f}", f"{value / 1e4:,.2f}", "正常")
                    for name, value in guarantees
                ),
            ),
            _title("查询记录"),
            table(("查询日期", "查询机构", "查询原因"), *asked),
        ),
    )


def personal(debts: Sequence[Loan], asked: Sequence[tuple[str, str, str]]) -> Document:
    """Yuan, columns in another order and by other names, a number column before them."""
    return Document(
        "个人信用报告",
        "pdf",
        (
            _title("个人信用报告"),
            table(("报告编号", "2024122000001", "报告时间", "2024.12.20 09:12:00")),
            table(("被查询者姓名", "被查询者证件类型", "被查询者证件号码"), ("陆远舟", "身份证", "110000198001010000")),
            _title("信贷交易信息明细"),
            _title("非循环贷账户"),
            table(
                (
                    "编号",
                    "管理机构",
                    "账户状态",
                    "五级分类",
                    "余额（元）",
                    "发放金额（元）",
                    "发放日期",
                    "到期日期",
                    "逾期总额",
                ),
                *(
                    (
                        str(n),
                        d[0],
                        "正常" if not d[5] else "逾期",
                        d[4],
                        f"{d[3]:,.0f}",
                        f"{d[2]:,.0f}",
                        "2023.05.06",
                        "2026.05.06",
                        f"{d[5]:,.0f}",
                    )
                    for n, d in enumerate(debts, 1)
                ),
                ("9", "岱岳银行股份有限公司", "结清", "正常", "", "300,000", "2019.01.01", "2022.01.01", ""),
            ),
            _title("查询记录"),
            table(("编号", "查询日期", "查询机构", "查询原因"), *((str(n), *row) for n, row in enumerate(asked, 1))),
        ),
    )


def concise() -> Document:
    """A person's own copy, in sentences."""
    return Document(
        "个人信用报告（本人版）",
        "pdf",
        (
            text("个人信用报告"),
            text("报告编号：2024122000077    报告时间：2024-12-20 08:00:00    姓名：林序"),
            text("贷款"),
            text(
                "2021年05月06日云陵银行股份有限公司青岚支行发放的500,000元（人民币）个人经营性贷款，2026年05月06日到期。"
                "截至2024年11月，余额310,000元。"
            ),
            text("2018年01月09日望海银行股份有限公司发放的200,000元（人民币）个人消费贷款，已于2021年1月结清。"),
            text(
                "2022年03月01日北岬银行股份有限公司发放的120,000元（人民币）个人汽车贷款，2025年03月01日到期。截至2024年11月，余额40,000元，逾期金额3,200元。"
            ),
        ),
    )


def planted_reports(seed: int) -> Iterator[tuple[str, Document]]:
    chance = random.Random(f"report-{seed}")
    overdue = loans(chance)
    overdue[1] = (*overdue[1][:5], 150000.0)
    yield "S26a", corporate(overdue, enquiries(chance, 2))
    classed = loans(chance)
    classed[2] = (*classed[2][:4], chance.choice(["关注", "次级"]), 0.0)
    yield "S26b", personal(classed, enquiries(chance, 1))
    yield "S27", personal(loans(chance), enquiries(chance, chance.randint(6, 9)))
    own = loans(chance)
    total = sum(d[3] for d in own)
    yield "S15r", corporate(own, enquiries(chance, 1), [("赤岩铸件有限公司", round(total * 1.3, -4))])


def clean_reports(seed: int) -> Iterator[Document]:
    chance = random.Random(f"clean-report-{seed}")
    yield corporate(loans(chance), enquiries(chance, 3), [("赤岩铸件有限公司", 1000000.0)])
    yield personal(loans(chance), enquiries(chance, 8, recent=False))
