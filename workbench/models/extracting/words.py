"""Words of labels made comparable: 公司的法定代表人：and （一）法定代表人 are one label."""

import re

from workbench.models.evidence.numbers import folded
from workbench.models.evidence.sentences import without_enumeration

_BRACKETED = re.compile(r"[（(][^（()）]{0,16}[）)]")
_OWNER = re.compile(r"^(?:本|我|该)?(?:公司|企业|发行人|申请人|借款人|集团|单位)(?:的|之)?(?=[\u3400-\u9fff]{2})")
_EMPTY = frozenset({"名称", "代码", "简称", "类型", "性质", "情况", "概况", "编号", "股东"})
"""What is left of a label without its company but says too little alone."""
_JOINTS = re.compile(r"[\s:：、*＊#]+")
GENERIC = re.compile(
    r"(?:的|之|数量?|总数?|人数|合计|共计|总计|公司|企业|金额|余额|总额|情况|如有|名称|全部|本|期末|在职|及其?|主要)+"
)
"""What a printed label may say beyond the label sought without meaning another thing."""


def plain_label(text: str) -> str:
    """A label without numbering, brackets, blanks and the company before it; folded."""
    words = _JOINTS.sub("", _BRACKETED.sub("", folded(without_enumeration(text))))
    shorter = _OWNER.sub("", words)
    return words if len(shorter) < 2 or shorter in _EMPTY else shorter


def label_match(label: str, printed: str) -> float:
    """How surely ``printed`` names what ``label`` (plain) does: 1 the same, 0.9 but for generic words, else 0."""
    if printed == label:
        return 1.0
    at = printed.find(label)
    if at < 0 or len(printed) > len(label) + 12:
        return 0.0
    rest = (printed[:at], printed[at + len(label) :])
    return 0.9 if all(not part or GENERIC.fullmatch(part) for part in rest) else 0.0
