"""Makes the sample case of an invented borrower: ``python resources/samples/make_credit_case.py [FOLDER]``.

The report is written as DOCX and turned into PDF by LibreOffice (``soffice`` on the path) with the fonts
Noto Serif/Sans CJK SC embedded; without it every other file is still made. The same input gives the same bytes,
the PDF as long as LibreOffice stays the same.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import credit_case_words as words
from credit_case_figures import (
    ACCOUNT_CLOSING,
    ACCOUNT_OPENING,
    AMORTISATION,
    DEPRECIATION,
    LOANS,
    RESTRICTED,
    Figures,
    Pair,
    account,
    figures,
)
from credit_case_paper import MADE, SANS, SERIF, Paper, money, settle
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

REPORT = "岚渚精机2024年度审计报告.pdf"
STATEMENT = "基本户银行流水2024年.xlsx"
LETTER = "流动资金贷款申请书.docx"
CHARTER = "公司章程摘录与股权说明.txt"
VISIT = "现场走访记录.md"
POLICY = "授信政策条款.jsonl"
CREDIT_CODE = "91990106MA0LTJX738"

Row = tuple[str, str, Pair | None]
"""Printed name, note, figures; no figures make an empty row."""


def is_total(row: Sequence[str]) -> bool:
    name = row[0].split("（亏损")[0].split("（净亏损")[0]
    return name != "未分配利润" and name.endswith(
        ("合计", "总计", "小计", "净额", "利润", "利润总额", "总收入", "总成本", "：")
    )


def statement_rows(
    lines: dict[str, Pair], names: Sequence[str], notes: dict[str, str], columns: tuple[str, str]
) -> list[list[str]]:
    """Rows of a ruled statement. A name ending in ``：`` is a caption; ``?name`` a line the company doesn't have."""
    rows = [["项　目", "附注", *columns]]
    for name in names:
        shown = name.lstrip("?")
        figures_ = lines.get(
            re.sub(r"^(其中：|减：|加：|[一二三四五六]、|（[一二三]）|\s|　)+", "", shown.split("（损失")[0])
        )
        rows.append([shown, notes.get(shown.strip("　"), ""), *(map(money, figures_) if figures_ else ("", ""))])
    return rows


ASSETS = [
    "流动资产：",
    "货币资金",
    "交易性金融资产",
    "?衍生金融资产",
    "应收票据",
    "应收账款",
    "应收款项融资",
    "预付款项",
    "其他应收款",
    "存货",
    "合同资产",
    "?持有待售资产",
    "其他流动资产",
    "流动资产合计",
    "非流动资产：",
    "长期股权投资",
    "投资性房地产",
    "固定资产",
    "在建工程",
    "使用权资产",
    "无形资产",
    "?商誉",
    "长期待摊费用",
    "递延所得税资产",
    "其他非流动资产",
    "非流动资产合计",
    "资产总计",
]
DEBTS = [
    "流动负债：",
    "短期借款",
    "应付票据",
    "应付账款",
    "?预收款项",
    "合同负债",
    "应付职工薪酬",
    "应交税费",
    "其他应付款",
    "一年内到期的非流动负债",
    "其他流动负债",
    "流动负债合计",
    "非流动负债：",
    "长期借款",
    "?应付债券",
    "租赁负债",
    "长期应付款",
    "递延收益",
    "递延所得税负债",
    "非流动负债合计",
    "负债合计",
    "股东权益：",
    "股本",
    "资本公积",
    "?减：库存股",
    "专项储备",
    "盈余公积",
    "未分配利润",
    "归属于母公司股东权益合计",
    "少数股东权益",
    "股东权益合计",
    "负债和股东权益总计",
]
INCOME = [
    "一、营业总收入",
    "　其中：营业收入",
    "二、营业总成本",
    "　其中：营业成本",
    "　　　　税金及附加",
    "　　　　销售费用",
    "　　　　管理费用",
    "　　　　研发费用",
    "　　　　财务费用",
    "　　　　　其中：利息费用",
    "　　　　　　　　利息收入",
    "　加：其他收益",
    "　　投资收益（损失以“－”号填列）",
    "　　　其中：对联营企业和合营企业的投资收益",
    "　　信用减值损失（损失以“－”号填列）",
    "　　资产减值损失（损失以“－”号填列）",
    "　　资产处置收益（损失以“－”号填列）",
    "三、营业利润（亏损以“－”号填列）",
    "　加：营业外收入",
    "　减：营业外支出",
    "四、利润总额（亏损总额以“－”号填列）",
    "　减：所得税费用",
    "五、净利润（净亏损以“－”号填列）",
    "　归属于母公司股东的净利润",
    "　少数股东损益",
    "六、综合收益总额",
    "　基本每股收益（元/股）",
]


def write_statements(paper: Paper, f: Figures) -> None:
    notes = {
        "货币资金": "五、1",
        "应收账款": "五、2",
        "存货": "五、3",
        "固定资产": "五、4",
        "短期借款": "五、5",
        "长期借款": "五、6",
    }
    balance, flows = ("2024年12月31日", "2023年12月31日"), ("2024年度", "2023年度")
    widths = (8.0, 1.4, 3.5, 3.5)

    def sheet(title: str, when: str, rows: list[list[str]], size: float = 9) -> None:
        paper.line(title, 14, bold=True, align="center", font=SANS)
        paper.line(when, 10, align="center", after=2)
        paper.line(
            f"编制单位：{words.COMPANY}　　　　　　　　　　　　　　　　　　　　单位：元　币种：人民币", 9, after=2
        )
        paper.table(rows, widths, size=size, numbers_from=2, bold=is_total)
        paper.line(
            f"法定代表人：{words.CHAIR}　　　主管会计工作负责人：{words.FINANCE_HEAD}　　　会计机构负责人：闻予安", 9
        )

    sheet("合并资产负债表", "2024年12月31日", statement_rows(f.balance, ASSETS, notes, balance))
    paper.new_page()
    sheet("合并资产负债表（续）", "2024年12月31日", statement_rows(f.balance, DEBTS, notes, balance), 8.5)
    paper.new_page()
    income = {**f.income, "综合收益总额": f.income["净利润"], "基本每股收益（元/股）": f.income["每股收益"]}
    income |= {
        "营业利润（亏损以“－”号填列）": income["营业利润"],
        "利润总额（亏损总额以“－”号填列）": income["利润总额"],
        "净利润（净亏损以“－”号填列）": income["净利润"],
    }
    sheet("合并利润表", "2024年度", statement_rows(income, INCOME, {"　其中：营业收入": "五、7"}, flows))
    paper.new_page()
    names: list[str] = []
    for number, kind in zip("一二三", ("经营", "投资", "筹资"), strict=True):
        names.append(f"{number}、{kind}活动产生的现金流量：")
        keys = list(f.cash)
        first = {"经营": "销售商品、提供劳务收到的现金", "投资": "收回投资收到的现金", "筹资": "取得借款收到的现金"}[
            kind
        ]
        last = keys.index(f"{kind}活动产生的现金流量净额")
        names += [f"　{n}" for n in keys[keys.index(first) : last + 1]]
    names += [
        "四、汇率变动对现金及现金等价物的影响",
        "五、现金及现金等价物净增加额",
        "　加：期初现金及现金等价物余额",
        "六、期末现金及现金等价物余额",
    ]
    sheet("合并现金流量表", "2024年度", statement_rows(f.cash, names, {}, flows))


def write_notes(paper: Paper, f: Figures) -> None:
    b = f.balance
    paper.heading("第六节　财务报表附注（摘录）")
    paper.line("（除特别注明外，金额单位均为人民币元）", 9.5, indent=True)
    year = ["项　目", "期末余额", "期初余额"]

    def table(title: str, lines: dict[str, Pair], closing: str = "合　计") -> None:
        paper.heading(title, 2)
        whole = tuple(sum((v[k] for v in lines.values()), Decimal()) for k in (0, 1))
        rows = [[n, money(v[0]), money(v[1])] for n, v in lines.items()]
        paper.table([year, *rows, [closing, *map(money, whole)]], (6.5, 4.5, 4.5), bold=lambda r: r[0] == closing)

    cash = b["货币资金"]
    ours = (ACCOUNT_CLOSING, ACCOUNT_OPENING)
    other = (
        cash[0] - RESTRICTED[0] - ours[0] - Decimal("86412.30"),
        cash[1] - RESTRICTED[1] - ours[1] - Decimal("92306.15"),
    )
    table(
        "1、货币资金",
        {
            "库存现金": (Decimal("86412.30"), Decimal("92306.15")),
            "沅澜银行基本存款账户": ours,
            "其他银行存款": other,
            "其他货币资金（银行承兑汇票保证金）": RESTRICTED,
        },
    )
    paper.text(["期末其他货币资金为银行承兑汇票保证金，使用受到限制，未计入现金及现金等价物。"])
    loss = (Decimal("31206418.55"), Decimal("23918306.27"))
    gross = tuple(v + x for v, x in zip(b["应收账款"], loss, strict=True))
    ages = ("0.812", "0.124", "0.064")
    spread = [tuple((Decimal(a) * g).quantize(Decimal("0.01")) for g in gross) for a in ages[:2]]
    rest = tuple(g - spread[0][k] - spread[1][k] for k, g in enumerate(gross))
    table(
        "2、应收账款（按账龄）",
        {"1年以内": spread[0], "1至2年": spread[1], "2年以上": rest, "减：坏账准备": (-loss[0], -loss[1])},
    )  # type: ignore[dict-item]
    stock = b["存货"]
    raw = tuple((v * Decimal("0.38")).quantize(Decimal("0.01")) for v in stock)
    working = tuple((v * Decimal("0.24")).quantize(Decimal("0.01")) for v in stock)
    table(
        "3、存货",
        {"原材料": raw, "在产品": working, "库存商品": tuple(v - raw[k] - working[k] for k, v in enumerate(stock))},
    )  # type: ignore[dict-item]
    paper.heading("4、固定资产", 2)
    paper.text(
        [
            f"2024年度计提固定资产折旧{money(DEPRECIATION[0])}元（上年{money(DEPRECIATION[1])}元），无形资产及长期待摊费用摊销{money(AMORTISATION[0])}元（上年{money(AMORTISATION[1])}元）。用于银行借款抵押的房屋建筑物账面价值为126,408,315.20元。"
        ]
    )
    table("5、短期借款", LOANS)
    paper.text(["保证借款由控股股东岚渚控股集团有限公司提供连带责任保证。期末无已逾期未偿还的短期借款。"])
    paper.line("短期借款贷款银行明细", 9.5, bold=True, align="center", keep=True)
    banks = (
        ("沅澜银行", "120,000,000.00", "3.85%", "2025-06-18"),
        ("北岬商业银行", "106,500,000.00", "4.10%", "2025-09-26"),
        ("临渡农村商业银行", "90,000,000.00", "4.35%", "2025-05-14"),
        ("屿川银行", "80,000,000.00", "4.20%", "2025-11-07"),
        ("澄砚银行", "60,000,000.00", "4.05%", "2025-08-22"),
        ("其他银行", "30,000,000.00", "4.30%", "2025-12-15"),
    )
    paper.table(
        [["贷款银行", "期末余额（元）", "年利率", "到期日"], *banks, ["合　计", "486,500,000.00", "", ""]],
        (5, 4.5, 2.5, 3.5),
        bold=lambda r: r[0] == "合　计",
    )
    table(
        "6、长期借款",
        {
            "抵押借款": (Decimal("150000000"), Decimal("126000000")),
            "保证借款": (Decimal("48000000"), Decimal("50000000")),
        },
    )
    paper.heading("7、营业收入（按产品）", 2)
    revenue = f.income["营业收入"]
    shares = [tuple((v * Decimal(s)).quantize(Decimal("0.01")) for v in revenue) for _, s in words.PRODUCTS[:-1]]
    shares.append(tuple(v - sum(s[k] for s in shares) for k, v in enumerate(revenue)))
    rows = [[n, money(s[0]), money(s[1])] for (n, _), s in zip(words.PRODUCTS, shares, strict=True)]
    paper.table(
        [["产　品", "2024年度", "2023年度"], *rows, ["合　计", *map(money, revenue)]],
        (6.5, 4.5, 4.5),
        bold=lambda r: r[0] == "合　计",
    )
    paper.heading("8、对外担保及或有事项", 2)
    paper.text(words.guarantees(f))
    paper.heading("9、关联方及关联交易", 2)
    paper.text(
        [
            f"公司的控股股东为{words.PARENT}，实际控制人为{words.CHAIR}。2024年度公司向{words.PARENT}支付厂房租金3,600,000.00元；期末应付控股股东往来款12,000,000.00元，列示于其他应付款。"
        ]
    )


def write_report(path: Path, f: Figures) -> None:
    paper = Paper(f"{words.COMPANY}　2024年度审计报告")
    paper.gap(7)
    paper.line(words.COMPANY, 24, bold=True, align="center", font=SANS, after=18)
    paper.line("2024年度审计报告", 20, bold=True, align="center", font=SANS, after=10)
    paper.line("（附公司情况与经营讨论）", 13, align="center", after=120)
    paper.line("穹衡审字〔2025〕第0316号", 12, align="center", after=150)
    paper.line(words.AUDITOR, 14, align="center", font=SANS)
    paper.line("二〇二五年三月十四日", 12, align="center", after=40)
    paper.line("本文件为软件自带的示例，所涉公司、人员、机构和数据均为虚构。", 9, align="center")
    paper.new_page()
    paper.heading("第一节　审计报告")
    paper.text(words.opinion())
    paper.line(f"{words.AUDITOR}　　　　中国注册会计师：简书臣、骆清晏", 10.5, align="right")
    paper.line("2025年3月14日", 10.5, align="right")
    paper.new_page()
    paper.heading("第二节　公司概况")
    profile = [
        ["项　目", "内　容"],
        ["公司名称", words.COMPANY],
        ["统一社会信用代码", CREDIT_CODE],
        ["法定代表人", words.CHAIR],
        ["成立日期", "2004年6月18日"],
        ["注册资本", "26,000万元"],
        ["注册地址", words.ADDRESS],
        ["经营范围", "精密传动部件、液压阀体、风电零部件的研发、制造、销售；货物进出口"],
        ["职工人数", "1,186人"],
    ]
    paper.table(profile, (4.5, 11.5), numbers_from=9)
    paper.heading("股权结构与实际控制人", 2)
    rows = [[n, f"{s / 10000:,.0f}", p] for n, s, p in words.SHAREHOLDERS]
    paper.table([["股东名称", "持股数（万股）", "持股比例"], *rows, ["合　计", "26,000", "100.00%"]], (8.5, 3.8, 3.2))
    paper.text(
        [
            f"公司控股股东为{words.PARENT}，持股41.20%。{words.CHAIR}持有{words.PARENT}72.00%的股权，并直接持有公司15.00%的股份，为公司实际控制人。报告期内控制权未发生变更。"
        ]
    )
    paper.heading("第三节　经营情况与行业")
    paper.heading("一、主要业务", 2)
    paper.text(words.operations(f))
    paper.heading("二、行业情况", 2)
    paper.text(words.industry())
    paper.heading("第四节　经营情况讨论与分析")
    paper.text(words.discussion(f))
    ratio_rows = [["指　标", "2024年", "2023年"]]
    for name, values in key_figures(f).items():
        ratio_rows.append([name, *values])
    paper.line("主要财务数据（金额单位：万元）", 10, bold=True, align="center", keep=True)
    paper.table(ratio_rows, (6.5, 4.5, 4.5))
    paper.new_page()
    paper.heading("第五节　财务报表")
    write_statements(paper, f)
    paper.new_page()
    write_notes(paper, f)
    paper.save(path)


def key_figures(f: Figures) -> dict[str, tuple[str, str]]:
    b, i, c = f.balance, f.income, f.cash
    shown = {
        "资产总计": b["资产总计"],
        "负债合计": b["负债合计"],
        "股东权益合计": b["股东权益合计"],
        "营业收入": i["营业收入"],
        "净利润": i["净利润"],
        "经营活动产生的现金流量净额": c["经营活动产生的现金流量净额"],
    }
    texts = {name: (words.wan(v[0]), words.wan(v[1])) for name, v in shown.items()}
    for name, top, bottom in (("资产负债率", b["负债合计"], b["资产总计"]),):
        texts[name] = (words.percent(top[0] / bottom[0]), words.percent(top[1] / bottom[1]))
    current = [a / d for a, d in zip(b["流动资产合计"], b["流动负债合计"], strict=True)]
    return {**texts, "流动比率": (f"{current[0]:.2f}", f"{current[1]:.2f}")}


def write_letter(path: Path, f: Figures) -> None:
    paper = Paper()
    paper.line("流动资金贷款申请书", 20, bold=True, align="center", font=SANS, after=10)
    first, *rest = words.letter(f)
    paper.line(first, 12)
    for paragraph in rest[:-1]:
        paper.line(paragraph.format(code=CREDIT_CODE), 11.5, align="both", indent=True, after=3)
    paper.line("主要财务数据（单位：万元）", 11, bold=True, align="center")
    rows = [["项　目", "2024年末/2024年度", "2023年末/2023年度"]]
    told = ("资产总计", "负债合计", "股东权益合计", "营业收入", "净利润")
    rows.extend([name, *key_figures(f)[name]] for name in told)
    paper.table(rows, (5.5, 5, 5), size=10)
    paper.line(rest[-1], 11.5, align="both", indent=True, after=10)
    paper.line(f"申请人：{words.COMPANY}（公章）", 12, align="right")
    paper.line(f"法定代表人：{words.CHAIR}（签章）", 12, align="right")
    paper.line("2025年3月18日", 12, align="right")
    paper.line("附件：营业执照、公司章程、2024年度审计报告、2024年度基本户银行流水、董事会决议（另行提供）", 10.5)
    paper.save(path)


def write_flow(path: Path) -> None:
    book = Workbook()
    flow, months = book.active, book.create_sheet("月度汇总")
    flow.title = "交易流水"
    thin = Side(style="thin", color="B0B7BF")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    head = PatternFill("solid", fgColor="E8ECF0")

    def sheet(
        page: Any, title: str, labels: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]
    ) -> None:
        last = get_column_letter(len(labels))
        page.merge_cells(f"A1:{last}1")
        page["A1"] = title
        page["A1"].font, page["A1"].alignment = Font(name=SANS, size=14, bold=True), Alignment(horizontal="center")
        page["A2"] = f"户名：{words.COMPANY}"
        page["A3"] = "账号：9901060120240000168　　开户行：沅澜银行股份有限公司临渡支行　　账户性质：基本存款账户"
        page["A4"] = "起止日期：2024-01-01 至 2024-12-31　　币种：人民币　　单位：元"
        for number, row in enumerate([labels, *rows], start=5):
            for column, value in enumerate(row, start=1):
                cell = page.cell(number, column, value)
                cell.border, cell.font = border, Font(name=SERIF, size=10, bold=number == 5)
                if number == 5:
                    cell.fill, cell.alignment = head, Alignment(horizontal="center")
                elif isinstance(value, Decimal):
                    cell.number_format = "#,##0.00"
        for column, width in enumerate(widths, start=1):
            page.column_dimensions[get_column_letter(column)].width = width
        page.freeze_panes = "A6"
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_title_rows = "5:5"

    entries = account()
    rows: list[list[Any]] = [["2023-12-31", "", "上年结转", "", None, None, ACCOUNT_OPENING]]
    rows.extend(
        [e.day.isoformat(), e.serial, e.summary, e.party, e.paid_in or None, e.paid_out or None, e.balance]
        for e in entries
    )
    paid_in, paid_out = sum(e.paid_in for e in entries), sum(e.paid_out for e in entries)
    rows.append(["2024-12-31", "", "本年合计", "", paid_in, paid_out, ACCOUNT_CLOSING])
    labels = ("交易日期", "流水号", "摘要", "对方户名", "收入金额", "支出金额", "账户余额")
    sheet(flow, "沅澜银行对公账户交易明细", labels, rows, (13, 18, 18, 30, 18, 18, 18))
    summary: list[list[Any]] = []
    opening = ACCOUNT_OPENING
    for month in range(1, 13):
        own = [e for e in entries if e.day.month == month]
        into, out = sum(e.paid_in for e in own), sum(e.paid_out for e in own)
        summary.append([f"2024年{month}月", opening, into, out, opening + into - out])
        opening = opening + into - out
    summary.append(["合计", ACCOUNT_OPENING, paid_in, paid_out, opening])
    sheet(
        months, "账户月度汇总", ("月份", "期初余额", "本期收入", "本期支出", "期末余额"), summary, (16, 20, 20, 20, 20)
    )
    book.properties.creator, book.properties.created, book.properties.modified = "", MADE, MADE
    book.save(path)
    settle(path)


def print_pdf(source: Path, target: Path) -> bool:
    """Turn DOCX into PDF with LibreOffice; false where it is not installed."""
    office = shutil.which("soffice")
    if office is None:
        return False
    with tempfile.TemporaryDirectory() as place:
        command = [
            office,
            f"-env:UserInstallation=file://{place}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            place,
            str(source),
        ]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1742457600"})
        content = (Path(place) / f"{source.stem}.pdf").read_bytes()
    date = rb"/CreationDate(D:20250320090000Z"
    content = re.sub(
        rb"/CreationDate\(D:\d{14}[^)]*\)", lambda m: date + b" " * (len(m[0]) - len(date) - 1) + b")", content
    )
    target.write_bytes(re.sub(rb"(?<=[</])[0-9A-F]{32}(?=[>\s])", b"0" * 31 + b"1", content))
    return True


def make(folder: Path) -> list[Path]:
    """Write every file of the case into ``folder``; the files made."""
    folder.mkdir(parents=True, exist_ok=True)
    f = figures()
    made = [folder / name for name in (STATEMENT, LETTER, CHARTER, VISIT, POLICY)]
    write_flow(made[0])
    write_letter(made[1], f)
    made[2].write_bytes(words.ownership_notes().replace("\n", "\r\n").encode("gb18030"))
    made[3].write_text(words.visit(f), encoding="utf-8")
    lines = [
        {
            "id": f"POLICY-{n:02}",
            "title": f"沅澜银行流动资金贷款管理办法（内部，示例） {article}",
            "text": text,
            "chapter": chapter,
            "article": article,
            "date": "2024-07-01",
        }
        for n, (chapter, article, text) in enumerate(words.POLICY, start=1)
    ]
    made[4].write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        draft = Path(place) / REPORT.replace(".pdf", ".docx")
        write_report(draft, f)
        if print_pdf(draft, folder / REPORT):
            made.append(folder / REPORT)
    return made


if __name__ == "__main__":
    for path in make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "credit_case"):
        print(path.name, path.stat().st_size)
