import pytest

from workbench.inference.api import ChatRequest, Message, sampled
from workbench.inference.fake import FakeChat
from workbench.jobs import JobContext

ASKED = ChatRequest((Message("user", "?"),))


def test_several_answers_come_from_the_script_in_order() -> None:
    chat = FakeChat(["一", "二"])
    told = chat.chat_many(sampled(ASKED, 2), JobContext())
    assert [one.text for one in told] == ["一", "二"]
    assert [request.seed for request in chat.requests] == [0, 1]


def test_a_choice_follows_the_script_and_adds_up_to_one() -> None:
    choice = FakeChat(["否。"]).choose(ASKED, ["是", "否"], JobContext())
    assert choice.label == "否"
    assert sum(choice.probabilities.values()) == pytest.approx(1.0)
    assert FakeChat(["？"]).choose(ASKED, ["是", "否"], JobContext()).label == "是"
    with pytest.raises(ValueError, match="two labels"):
        FakeChat(["x"]).choose(ASKED, ["是"], JobContext())


def test_a_scripted_thought_is_told_apart() -> None:
    script = "<think>先看收入。</think>\n\n增长。"
    generation = FakeChat([script]).chat(ChatRequest(ASKED.messages, thinking=20), JobContext())
    assert ("".join(generation), generation.thought) == ("增长。", "先看收入。")
    silent = FakeChat([script]).chat(ASKED, JobContext())
    assert ("".join(silent), silent.thought) == ("增长。", "")
