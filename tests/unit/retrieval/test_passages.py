"""The best sentences of what was found."""

from collections.abc import Callable

from workbench.models.library import Library
from workbench.models.retrieval import Retriever


def test_a_title_brings_what_it_announces(library: Library, fill: Callable[..., str]) -> None:
    text = "四、控股股东情况\n（一）自然人\n姓名：沈砚舟\n\n五、其他事项\n公司无其他需要说明的事项。"
    case = fill({"年报": text}, vectors=False)
    best = Retriever(library, None).passages(case, "控股股东情况", k=1)[0]
    assert best.text.startswith("四、控股股东情况")
    assert "沈砚舟" in best.text
