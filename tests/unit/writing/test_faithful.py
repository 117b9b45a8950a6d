"""A sentence of the model is a shortened one of the material, or it doesn't stand."""

import pytest

from workbench.models.writing.faithful import is_faithful

COMPANY = "岚渚精密机械股份有限公司"
SOURCE = [
    "公司控股股东为甲集团有限公司，持股{比例A}。"
    "张三持有甲集团有限公司 {比例B}的股权，并直接持有公司{比例C}的股份，为公司实际控制人。",
    "公司主要从事精密部件的研发、生产和销售，采用直销模式，对主要主机厂客户给予{数值D}天的信用期。",
    "前五大客户销售额合计占营业收入的{比例E}，其中第一大客户乙股份有限公司占{比例F}。",
]


@pytest.mark.parametrize(
    "raw",
    [
        "岚渚精密机械股份有限公司主要从事精密部件的研发、生产和销售。",
        "张三持有甲集团有限公司{比例B}的股权，并直接持有公司{比例C}的股份，为公司实际控制人。",
        "公司的控股股东是甲集团有限公司，持股{比例A}。",
        "前五大客户销售额合计占营业收入的{比例E}。",
    ],
)
def test_what_follows_the_material_stands(raw: str) -> None:
    assert is_faithful(raw, SOURCE, COMPANY)


@pytest.mark.parametrize(
    "raw",
    [
        "甲集团有限公司持有公司{比例C}的股份，为公司实际控制人。",
        "岚渚精密机械股份有限公司是公司的主要客户，前五大客户销售额合计占营业收入的{比例E}。",
        "前五大客户销售额合计占营业收入的{比例F}。",
        "公司经营稳健，前景广阔。",
        "张三持有甲集团有限公司{比例C}的股权。",
        "",
    ],
)
def test_swapped_parties_swapped_figures_and_inventions_do_not(raw: str) -> None:
    assert not is_faithful(raw, SOURCE, COMPANY)
