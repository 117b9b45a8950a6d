"""Of an answer that says the question over again, the part that was asked for.

对哪家公司的资产收购 answered by 对蓝海公司的资产收购: 蓝海公司, which stands where the question has its asking word.
"""

from workbench.models.asking.wording import pattern

_ASKS = pattern("answer_part", "asks")
_LEAST = 2
"""Characters of the question on either side that an answer must repeat."""


def asked_part(said: str, question: str) -> str:
    """The part of ``said`` in the place of the question's asking word; all of it where it is put otherwise."""
    asks = _ASKS.search(question)
    if asks is None:
        return said
    before, after = question[: asks.start()], question[asks.end() :].rstrip("？?。 ")
    begins = _end_of(said, before)
    if begins is None:
        return said
    noun = asks["noun"] or ""
    ends, with_noun = _start_of(said, noun + after, begins), _start_of(said, after, begins)
    if noun and ends is not None:
        ends += len(noun)
    elif with_noun is not None:
        ends = with_noun
    part = said[begins:ends].strip(" ，,。；;")
    return part if len(part) >= _LEAST and part not in question else said


def _end_of(said: str, before: str) -> int | None:
    """Where the longest ending of the question's words before the asking word ends in the answer."""
    for start in range(len(before) - _LEAST + 1):
        at = said.find(before[start:])
        if at >= 0:
            return at + len(before) - start
    return None


def _start_of(said: str, after: str, begins: int) -> int | None:
    """Where the longest beginning of the question's words after the asking word begins in the rest of the answer."""
    for length in range(len(after), _LEAST - 1, -1):
        at = said.find(after[:length], begins)
        if at >= 0:
            return at
    return None
