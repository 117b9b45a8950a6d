"""Profile and terms fields of the sample case and, where they are at hand, of two real reports; checked by hand.

A value is right where it is the one written here. At least 95 of 100 must be right, and none that is wrong may be
marked as sure; a cell expected to be empty counts as wrong when something stands there as sure.
"""

from pathlib import Path

import pytest

from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_file
from workbench.models.extracting import Cell, Paper, field_set, read_cell
from workbench.paths import resources

_SAMPLE = resources() / "samples" / "credit_case"
_REAL = Path(__file__).parents[4] / "shared" / "data" / "annual_reports"

SAMPLE = {
    ("岚渚精机2024年度审计报告.pdf", "company_profile"): {
        "company_name": "岚渚精密机械股份有限公司",
        "credit_code": "91990106MA0LTJX738",
        "legal_representative": "沈砚舟",
        "founded": "2004-06-18",
        "registered_capital": "260000000",
        "registered_address": "沅澜市临渡经济开发区砚湖路168号",
        "office_address": "",
        "website": "",
        "email": "",
        "business": "精密传动部件、液压阀体、风电零部件的研发、制造、销售；货物进出口",
        "controller": "沈砚舟",
        "employees": "1186",
        "rd_staff": "163",
        "rd_staff_share": "",
        "postgraduates": "",
        "production_staff": "742",
        "sales_staff": "58",
        "technical_staff": "",
        "auditor": "穹衡会计师事务所（特殊普通合伙）",
        "stock_code": "",
    },
    ("公司章程摘录与股权说明.txt", "company_profile"): {
        "registered_capital": "260000000",
        "registered_address": "沅澜市临渡经济开发区砚湖路168号",
        "controller": "沈砚舟",
        "credit_code": "",
        "employees": "",
        "legal_representative": "",
    },
    ("流动资金贷款申请书.docx", "company_profile"): {
        "company_name": "岚渚精密机械股份有限公司",
        "credit_code": "91990106MA0LTJX738",
        "legal_representative": "沈砚舟",
        "registered_capital": "",
        "stock_code": "",
    },
    ("流动资金贷款申请书.docx", "loan_application"): {
        "applicant": "岚渚精密机械股份有限公司",
        "loan_amount": "80000000",
        "loan_term": "12",
        "loan_use": "用于采购特种钢材、铸件等原材料，不用于固定资产投资、股权投资和其他国家禁止的用途",
        "repayment_source": "公司销售商品收到的货款，按季付息，到期一次还本",
        "loan_guarantee": "保证、抵押",
        "guarantor": "岚渚控股集团有限公司",
        "collateral_value": "132406000",
        "short_borrowings": "481500000",
        "long_borrowings": "198000000",
        "applied_on": "2025-03-18",
    },
    ("现场走访记录.md", "loan_application"): {"short_borrowings": "486500000", "loan_amount": "", "loan_term": ""},
    ("基本户银行流水2024年.xlsx", "bank_statement"): {
        "account_holder": "岚渚精密机械股份有限公司",
        "account_number": "9901060120240000168",
        "bank": "沅澜银行股份有限公司临渡支行",
        "statement_period": "2024-01-01 至 2024-12-31",
        "currency": "人民币",
        "opening_balance": "52418306.75",
    },
    ("岚渚精机2024年度审计报告.pdf", "licence_registry"): {
        "credit_code": "91990106MA0LTJX738",
        "registered_name": "岚渚精密机械股份有限公司",
        "legal_representative": "沈砚舟",
        "registered_capital": "260000000",
        "founded": "2004-06-18",
        "registered_address": "沅澜市临渡经济开发区砚湖路168号",
    },
}
_ANKAO = {
    "company_name": "江苏安靠智能输电工程科技股份有限公司",
    "credit_code": "91320400761509565N",
    "legal_representative": "陈晓晖",
    "registered_address": "溧阳市经济开发区天目湖工业园",
    "office_address": "江苏省溧阳市天目湖大道100号",
    "website": "http://www.ankura.com.cn/",
    "email": "ankura01@ankura.com.cn",
    "employees": "642",
    "rd_staff": "74",
    "rd_staff_share": "11.51",
    "postgraduates": "10",
    "production_staff": "346",
    "sales_staff": "50",
    "technical_staff": "74",
    "auditor": "天衡会计师事务所（特殊普通合伙）",
    "stock_code": "300617",
}
REAL = {
    ("安靠智电*.docx", "company_profile"): _ANKAO,
    ("安靠智电*.txt", "company_profile"): _ANKAO,
    ("2020-04-16*.pdf", "company_profile"): {
        "company_name": "四方科技集团股份有限公司",
        "credit_code": "91320600138738315N",
        "legal_representative": "黄杰",
        "founded": "2012-06-15",
        "registered_capital": "210674875",
        "registered_address": "江苏省南通市通州区兴仁镇金通公路3888号",
        "office_address": "江苏省南通市通州区兴仁镇金通公路3888号",
        "website": "www.sqteg.com",
        "email": "zqb@ntsquare.com",
        "controller": "黄杰",
        "employees": "1406",
        "rd_staff": "172",
        "rd_staff_share": "12.23",
        "postgraduates": "15",
        "production_staff": "940",
        "sales_staff": "79",
        "technical_staff": "164",
        "auditor": "天健会计师事务所（特殊普通合伙人）",
        "stock_code": "603339",
    },
}


def read(folder: Path, listed: dict[tuple[str, str], dict[str, str]]) -> list[tuple[str, Cell, str]]:
    papers: dict[Path, Paper] = {}
    found = []
    for (pattern, name), expected in listed.items():
        path = next(folder.glob(pattern))
        if path not in papers:
            document = read_file(path)
            assert isinstance(document, Document)
            papers[path] = Paper(path.name, document)
        for field_id, value in expected.items():
            field = field_set(name).field(field_id)
            assert field, field_id
            found.append((f"{path.name} {field_id}", read_cell(papers[path], field), value))
    return found


def judged(found: list[tuple[str, Cell, str]]) -> tuple[float, list[str], list[str]]:
    wrong = [place for place, cell, value in found if cell.value != value]
    sure = [place for place, cell, value in found if cell.value != value and cell.confident]
    return 1 - len(wrong) / len(found), wrong, sure


def test_the_sample_case_is_read_right_and_nothing_wrong_is_sure():
    share, wrong, sure = judged(read(_SAMPLE, SAMPLE))
    assert not sure
    assert share >= 0.95, wrong


def test_every_sure_cell_of_the_sample_case_quotes_the_document():
    for place, cell, _ in read(_SAMPLE, SAMPLE):
        if cell.confident:
            assert cell.citations, place
            assert all(c.anchor.spans for c in cell.citations), place


@pytest.mark.skipif(not _REAL.is_dir(), reason="the annual reports are not at hand")
def test_two_real_reports_are_read_right_and_nothing_wrong_is_sure():
    share, wrong, sure = judged(read(_REAL, REAL))
    assert not sure
    assert share >= 0.95, wrong
