"""The best sentences of what was found."""

from collections.abc import Callable, Sequence

import pytest

from workbench.models.library import Library, StoredChunk
from workbench.models.retrieval import Retriever
from workbench.models.retrieval import passages as passages_module
from workbench.models.retrieval.question import Reading
from workbench.models.retrieval.weighing import Sentence


def test_a_title_brings_what_it_announces(library: Library, fill: Callable[..., str]) -> None:
    text = "四、控股股东情况\n（一）自然人\n姓名：沈砚舟\n\n五、其他事项\n公司无其他需要说明的事项。"
    case = fill({"年报": text}, vectors=False)
    best = Retriever(library, None).passages(case, "控股股东情况", k=1)[0]
    assert best.text.startswith("四、控股股东情况")
    assert "沈砚舟" in best.text


def cut(monkeypatch: pytest.MonkeyPatch, probable: Sequence[float], most: int, length: int = 20) -> list[str]:
    """Passages of a chunk whose sentences are a, b, c…, of the given probabilities; of none they are taken already."""
    text = "".join(chr(ord("a") + n) * length for n in range(len(probable)))
    chunk = StoredChunk("1", "d", 0, text, "", 0)
    sentences = [Sentence(0, n * length, (n + 1) * length, 0, probable=p, used=not p) for n, p in enumerate(probable)]
    monkeypatch.setattr(passages_module, "weighed", lambda *_: sentences)
    found = passages_module.passages(Reading("担保"), [(chunk, 1.0)], most)
    return ["".join(dict.fromkeys(p.chunk.text[p.start : p.end])) for p in found]


def test_sentences_side_by_side_of_what_is_read_first_are_one_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cut(monkeypatch, [0.9, 0.0, 0.8, 0.3, 0.0, 0.2], 9) == ["a", "cd", "f"]


def test_a_sentence_between_two_passages_makes_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cut(monkeypatch, [0.9, 0.35, 0.85, 0.0, 0.3], 9) == ["abc", "e"]


def test_what_is_read_first_is_not_pushed_back_by_what_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    found = cut(monkeypatch, [0.9, 0.05, 0.85, 0.0, 0.4, 0.1], 9, length=160)
    assert found == ["a", "c", "ef", "b"]
