"""Who holds a post: the name under it in a table of contacts, or the names right behind it in a sentence."""

import re
from collections.abc import Callable, Sequence

from workbench.models.asking.wording import pattern
from workbench.models.relations.names import persons_leading

_POST = pattern("holders", "post")
_NAMES = ("姓名", "名称")

Span = tuple[int, int]


def name_below(text: str, head: Span, asked: Callable[[str], bool]) -> tuple[Span, str] | None:
    """The name in the row below a table's head, in the column of the post that is ``asked`` for, and the row's place.

    ``head`` is the row of posts in ``text``, whose first cell is empty.
    """
    posts = text[text.rfind("\n", 0, head[0]) + 1 : head[1]].split("\t")
    column = next((n for n, c in enumerate(posts) if c.strip() and asked(c.strip())), 0)
    start = head[1] + 1
    row = text[start:].split("\n", 1)[0]
    cells = row.split("\t")
    if not column or cells[0].strip() not in _NAMES or column >= len(cells) or not cells[column].strip():
        return None
    return (start, start + len(row)), cells[column].strip()


def names_behind(question: str, sentences: Sequence[str]) -> tuple[int, str] | None:
    """The persons named right behind the post a question asks about (实际控制人某甲、某乙), and in which sentence.

    None where no sentence names any, or one names others.
    """
    asked = _POST.search(question)
    post = (asked["post"] or asked["held"]) if asked else ""
    if not post:
        return None
    behind = re.compile(rf"{re.escape(post)}(?:均?[为是系]|[:：])?\s*")
    found = [
        (n, persons)
        for n, text in enumerate(sentences)
        for held in behind.finditer(text)
        if (persons := persons_leading(text[held.end() :]))
    ]
    if not found or any(set(persons) != set(found[0][1]) for _, persons in found):
        return None
    return found[0][0], "、".join(found[0][1])
