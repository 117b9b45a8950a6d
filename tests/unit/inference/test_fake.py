import numpy as np
import pytest

from workbench.errors import Cancelled, ContextTooLong, ModelMissing
from workbench.inference.api import ChatRequest, Engine, LoadState, Message, Role
from workbench.inference.fake import FakeEngine, bigram_vector
from workbench.jobs import ComputeArbiter, JobContext, Priority


def request(text: str = "问题", **values: object) -> ChatRequest:
    return ChatRequest((Message("user", text),), **values)  # type: ignore[arg-type]


def test_scripted_answers_come_in_order_and_the_requests_are_kept() -> None:
    engine: Engine = FakeEngine(["甲公司。", "乙公司。"])
    said = ["".join(engine.chat().chat(request(text), JobContext())) for text in ("一", "二")]
    assert said == ["甲公司。", "乙公司。"]
    assert isinstance(engine, FakeEngine)
    assert [r.messages[0].text for r in engine.fake_chat.requests] == ["一", "二"]


def test_a_script_may_be_a_function_of_the_request() -> None:
    engine = FakeEngine(lambda r: r.messages[-1].text * 2)
    assert "".join(engine.chat().chat(request("净利润"), JobContext())) == "净利润净利润"


def test_the_given_beginning_is_not_repeated_and_a_stop_string_ends_the_answer() -> None:
    generation = (
        FakeEngine(["根据资料，收入增长。完毕 其余"])
        .chat()
        .chat(request(prefix="根据资料，", stop=("完毕",)), JobContext())
    )
    assert "".join(generation) == "收入增长。"
    assert generation.figures.finish == "stop"


def test_an_answer_longer_than_allowed_is_cut_and_says_so() -> None:
    generation = FakeEngine(["一二三四五"]).chat().chat(request(max_tokens=3), JobContext())
    assert "".join(generation) == "一二三"
    assert (generation.figures.tokens, generation.figures.finish) == (3, "length")


def test_cancelling_between_two_pieces_stops_the_answer_and_gives_the_turn_back() -> None:
    arbiter, job = ComputeArbiter(), JobContext()
    generation = FakeEngine(["一二三"], arbiter=arbiter).chat().chat(request(), job)
    pieces = iter(generation)
    next(pieces)
    job.cancel()
    with pytest.raises(Cancelled):
        next(pieces)
    assert generation.figures.finish == "cancelled"
    with arbiter.turn(Priority.OCR, JobContext()) as turn:
        assert turn.held


def test_a_prompt_that_begins_like_the_one_before_is_partly_reused() -> None:
    chat = FakeEngine(lambda _: "好").chat()
    for text in ("同样的材料甲", "同样的材料乙"):
        generation = chat.chat(request(text), JobContext())
        list(generation)
    assert generation.figures.reused_tokens == 6


def test_a_prompt_beyond_the_context_is_refused() -> None:
    with pytest.raises(ContextTooLong):
        FakeEngine(context=16).chat().chat(request("长" * 20), JobContext())


def test_texts_sharing_words_lie_closer_than_strangers() -> None:
    query, near, far = (bigram_vector(t) for t in ("资产负债率", "公司资产负债率为六成", "董事会换届选举"))
    assert query @ near > query @ far + 0.2
    assert np.linalg.norm(near) == pytest.approx(1.0, abs=1e-5)


def test_vectors_are_the_same_every_time_and_an_empty_text_is_refused() -> None:
    embedder = FakeEngine().embedder()
    first, second = (embedder.embed(["甲", "乙丙"], "passage", JobContext()) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.shape == (2, embedder.info.dimension)
    with pytest.raises(ValueError, match="empty"):
        embedder.embed(["甲", " "], "query", JobContext())


def test_a_role_left_out_is_missing() -> None:
    engine = FakeEngine(missing=[Role.CHAT])
    assert engine.state().of(Role.CHAT).state is LoadState.MISSING
    assert engine.state().of(Role.EMBEDDING).state is LoadState.READY
    with pytest.raises(ModelMissing):
        engine.chat()
