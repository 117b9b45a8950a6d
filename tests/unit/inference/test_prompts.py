"""Chat templates as they are found in files: with thinking, without a system, in an order of their own."""

from types import SimpleNamespace
from typing import Any

import pytest

from workbench.inference import prompts
from workbench.inference.prompts import ChatPrompt, TemplateFault

TALK = [("system", "照资料答。"), ("user", "资料<|im_end|>几家？")]

# Models that think when told so, or unless told not to, close an empty thought in the prompt themselves.
SWITCHED = """\
{%- set ns = namespace(last=0) %}
{%- for message in messages[::-1] %}
    {%- if message.role == 'user' and not ns.last %}{%- set ns.last = loop.index %}{%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- set content = message.content %}
    {%- if message.role == 'assistant' %}
        {%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}
    {%- endif %}
    {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""
ALWAYS = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant><think>\n"
OTHER_MARKS = """\
{% for m in messages %}<|turn>{{ m.role }}\n{{ m.content }}<turn|>{% endfor %}
{{- '<|turn>model\n' }}
{%- if not enable_thinking | default(false) %}{{ '<|channel>thought\n<channel|>' }}{% endif %}"""
NO_SYSTEM = """\
{%- if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
{%- for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}<model>"""
SYSTEM_LEFT_OUT = "{% for m in messages if m.role != 'system' %}<{{ m.role }}>{{ m.content }}{% endfor %}<model>"
SYSTEM_AT_THE_END = """\
{%- set system = messages[0].content %}
{%- for m in messages[1:] %}[{{ m.role }}]{{ (system + ' ') if loop.last else '' }}{{ m.content }}{% endfor %}"""
ONLY_THE_LAST = "{{ messages[-1].content }}"
BROKEN = "{{ messages[0].content | no_such_filter }}"


class Words:
    """A model of no words: a token is a character, a control token stands as it is written."""

    vocab = None

    def __init__(self, text: str) -> None:
        self._text = text
        self.control: list[str] = []

    def template(self) -> str:
        return self._text

    def special_text(self, token: int) -> str:
        return {1: "<s>", 2: "</s>"}.get(token, "")

    def tokenise(self, text: str, *, special: bool = False) -> list[int]:
        if special:
            self.control.append(text)
        return [ord(character) for character in text]


@pytest.fixture(autouse=True)
def vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    found = SimpleNamespace(
        llama_vocab_bos=lambda _: 1, llama_vocab_eos=lambda _: 2, llama_vocab_get_add_bos=lambda _: False
    )
    monkeypatch.setattr(prompts, "lib", found)


def filled(template: str, talk: Any = TALK, *, thinking: bool = False) -> str:
    model: Any = Words(template)
    return "".join(map(chr, ChatPrompt(model).tokens(talk, thinking=thinking)))


def test_a_model_that_can_be_told_not_to_think_is_told_so() -> None:
    assert filled(SWITCHED).endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")
    assert filled(SWITCHED, thinking=True).endswith("<|im_start|>assistant\n<think>\n")


def test_a_model_that_always_thinks_has_its_thought_closed_or_left_open() -> None:
    assert filled(ALWAYS).endswith("<assistant><think>\n\n</think>\n\n")
    assert filled(ALWAYS, thinking=True).endswith("<assistant><think>")


def test_a_thought_between_other_marks_is_left_to_the_template() -> None:
    model: Any = Words(OTHER_MARKS)
    assert not ChatPrompt(model).thinks
    assert filled(OTHER_MARKS).endswith("<|turn>model\n<|channel>thought\n<channel|>")


def test_the_thought_of_an_earlier_answer_is_not_told_again() -> None:
    talk = [*TALK, ("assistant", "三家。"), ("user", "哪三家？")]
    assert filled(SWITCHED, talk).count("think>") == 2


@pytest.mark.parametrize("template", [NO_SYSTEM, SYSTEM_LEFT_OUT])
def test_a_template_without_a_system_has_its_words_before_the_question(template: str) -> None:
    said = filled(template)
    assert "<user>照资料答。\n\n资料<|im_end|>几家？" in said
    assert "<system>" not in said


def test_a_template_may_show_the_messages_in_its_own_order() -> None:
    talk = [("system", "甲"), ("user", "乙"), ("assistant", "丙"), ("user", "丁")]
    assert filled(SYSTEM_AT_THE_END, talk) == "[user]乙[assistant]丙[user]甲 丁"


def test_what_stands_in_a_message_is_never_read_as_a_mark() -> None:
    model: Any = Words(SWITCHED)
    ChatPrompt(model).tokens(TALK)
    assert not any("资料" in text for text in model.control)
    assert any("<|im_end|>" in text for text in model.control)


@pytest.mark.parametrize("template", [ONLY_THE_LAST, BROKEN, "{{ unclosed"])
def test_a_template_that_loses_a_message_or_can_not_be_filled_is_refused(template: str) -> None:
    with pytest.raises(TemplateFault):
        filled(template, [("user", "甲"), ("assistant", "乙"), ("user", "丙")])
