"""Choices, several answers, thoughts, quotations and kept prefixes on the small test model."""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from tests.conftest import SMALL_CHAT, installed_model
from workbench.errors import Cancelled, ContextTooLong, InvalidConstraint, LoadFailed, ModelMissing
from workbench.inference import templates
from workbench.inference.api import AS_IT_LIKES, ChatRequest, GenerationFigures, LoadState, Message, Role, sampled
from workbench.inference.engine import LocalEngine
from workbench.inference.gguf_header import read_header
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext, Priority

pytestmark = pytest.mark.engine

MATERIAL = "".join(f"Line {i}: the company sold {i * 37 % 101} machines in district {i}. " for i in range(40))
THINKING = (
    "{%- for message in messages -%}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor -%}"
    "<|im_start|>assistant\n{% if enable_thinking is defined and enable_thinking %}<think>\n{% endif -%}"
)


def request(text: str, **values: Any) -> ChatRequest:
    return ChatRequest((Message("system", "You are a helpful assistant."), Message("user", text)), **values)


def answer(engine: LocalEngine, asked: ChatRequest) -> tuple[str, GenerationFigures]:
    generation = engine.chat().chat(asked, JobContext())
    return "".join(generation), generation.figures


def agreement(one: str, other: str) -> int:
    """How many letters both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@pytest.fixture
def own_models(tmp_path: Path) -> Path:
    """A models folder of this test alone, with the small test model for chat."""
    Registry(tmp_path / "models").import_file(installed_model(SMALL_CHAT), Role.CHAT)
    return tmp_path / "models"


@pytest.fixture
def own_engine(own_models: Path) -> Iterator[LocalEngine]:
    engine = LocalEngine(own_models, ComputeArbiter(), context=2048)
    yield engine
    engine.close()


def model_folder(engine: LocalEngine) -> Path:
    (entry,) = engine.registry.list()
    return engine.registry.path(entry).parent


# Choices


def test_a_choice_comes_with_probabilities_that_add_up_to_one(engine: LocalEngine) -> None:
    choice = engine.chat().choose(
        request("What is the capital of France? Answer with the city."), ["London", "Paris", "Rome"], JobContext()
    )
    assert choice.label == "Paris"
    assert choice.probabilities["Paris"] > 0.5
    assert sum(choice.probabilities.values()) == pytest.approx(1.0)
    assert 0 < choice.weight <= 1


def test_labels_that_begin_alike_are_told_apart(engine: LocalEngine) -> None:
    asked = request('Say exactly "accounts payable".')
    labels = ["accounts receivable", "accounts payable", "accounts"]
    choice = engine.chat().choose(asked, labels, JobContext())
    assert sum(choice.probabilities.values()) == pytest.approx(1.0)
    assert choice.label == "accounts payable"
    # The context is left as it was: the next answer is what it is without a choice before.
    assert answer(engine, request("What is the capital of France?", max_tokens=8))[1].tokens > 0


def test_a_choice_agrees_with_what_a_grammar_would_let_the_model_say(engine: LocalEngine) -> None:
    asked = request("Is water wet? Answer yes or no.")
    choice = engine.chat().choose(asked, ["yes", "no"], JobContext())
    said, _ = answer(engine, request("Is water wet? Answer yes or no.", grammar='root ::= "yes" | "no"'))
    assert choice.label == said


@pytest.mark.parametrize("labels", [[], ["yes"], ["yes", ""], ["yes", "yes"]])
def test_what_is_no_choice_is_refused(engine: LocalEngine, labels: list[str]) -> None:
    with pytest.raises(ValueError, match="two labels"):
        engine.chat().choose(request("Yes?"), labels, JobContext())


# Several answers


def test_answers_given_together_are_those_given_one_by_one(engine: LocalEngine) -> None:
    asked = sampled(request(MATERIAL[:600] + "Tell a story about it.", temperature=0.8, max_tokens=24), 5)
    together = engine.chat().chat_many(asked, JobContext())
    alone = [answer(engine, one)[0] for one in asked]
    assert len({told.text for told in together}) == 5
    # A batch of another width rounds otherwise: a close call may fall the other way, from there on it is another text.
    pairs = [(told.text, text) for told, text in zip(together, alone, strict=True)]
    assert sum(one == other for one, other in pairs) >= 1
    assert all(2 * agreement(*pair) > len(min(pair, key=len)) for pair in pairs)
    assert all(0 < told.tokens <= 24 and told.finish in ("length", "stop") for told in together)


def test_answers_that_say_the_same_are_computed_as_one(engine: LocalEngine) -> None:
    sure = [request("Name the first five letters.", grammar='root ::= "a b c d e " [a-z]{6}', seed=7)] * 4
    told = engine.chat().chat_many(sure, JobContext())
    assert len({one.text for one in told}) == 1
    mixed = sampled(request("Say it.", grammar='root ::= "so it is: " [a-z]{8}', temperature=1.5), 4)
    texts = [one.text for one in engine.chat().chat_many(mixed, JobContext())]
    assert len(set(texts)) == 4
    assert all(text.startswith("so it is: ") and len(text) == 18 for text in texts)


def test_more_questions_than_sequences_are_all_answered_in_their_order(engine: LocalEngine) -> None:
    asked = [request(f"{MATERIAL[:300]}\nWhich is number {i}?", max_tokens=12) for i in range(12)]
    told = engine.chat().chat_many(asked, JobContext())
    alone = [answer(engine, one)[0] for one in asked]
    assert len(set(alone)) > 3
    # A batch of another width may round otherwise, so that a close call falls the other way.
    assert sum(one.text == text for one, text in zip(told, alone, strict=True)) >= 9
    named = [request(f"Name {i}.", grammar=f'root ::= "name {i}"') for i in range(12)]
    assert [one.text for one in engine.chat().chat_many(named, JobContext())] == [f"name {i}" for i in range(12)]


def test_a_grid_keeps_each_questions_own_grammar_and_stop(engine: LocalEngine) -> None:
    told = engine.chat().chat_many(
        [request("Number?", grammar="root ::= [0-9]{3}"), request("Word?", grammar='root ::= "ja" | "nein"')],
        JobContext(),
    )
    assert told[0].text.isdecimal()
    assert len(told[0].text) == 3
    assert told[1].text in ("ja", "nein")


def test_no_questions_have_no_answers_and_differing_adapters_are_refused(engine: LocalEngine) -> None:
    assert engine.chat().chat_many([], JobContext()) == ()
    with pytest.raises(ValueError, match="adapter"):
        engine.chat().chat_many([request("a", adapter="x"), request("b")], JobContext())
    with pytest.raises(ContextTooLong):
        engine.chat().chat_many([request("a"), request(MATERIAL * 5)], JobContext())


def test_several_answers_give_way_to_a_question_and_go_on_where_they_were(
    engine: LocalEngine, arbiter: ComputeArbiter
) -> None:
    asked = [request(f"Tell story {i}.", max_tokens=40, priority=Priority.DRAFT) for i in range(3)]
    undisturbed = engine.chat().chat_many(asked, JobContext())
    told: list[Any] = []
    drafting = threading.Thread(target=lambda: told.append(engine.chat().chat_many(asked, JobContext())))
    drafting.start()
    for _ in range(3):
        with arbiter.turn(Priority.ASK, JobContext()):
            pass
    drafting.join()
    assert [one.text[:15] for one in told[0]] == [one.text[:15] for one in undisturbed]
    assert [one.tokens for one in told[0]] == [one.tokens for one in undisturbed]


def test_several_answers_are_heard_as_they_grow(engine: LocalEngine) -> None:
    heard: dict[int, list[str]] = {place: [] for place in range(6)}
    asked = [request(f"Tell story {place}.", max_tokens=16, priority=Priority.DRAFT) for place in range(6)]

    def more(place: int, text: str) -> None:
        heard[place].append(text)

    asking = threading.Thread(target=lambda: answer(engine, request("1+1?", max_tokens=2)))
    asking.start()
    told = engine.chat().chat_many(asked, JobContext(), more)
    asking.join()
    for place, one in enumerate(told):
        grown = heard[place]
        assert grown[-1] == one.text
        assert all(one.text.startswith(text) for text in grown)
        assert len(set(grown)) > 3


def test_a_listener_that_fails_ends_the_answers_and_the_next_question_is_answered(engine: LocalEngine) -> None:
    def refuse(_place: int, _text: str) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        engine.chat().chat_many([request("Tell a story.", max_tokens=200)] * 2, JobContext(), refuse)
    assert answer(engine, request("Number?", grammar="root ::= [0-9]{3}"))[0].isdecimal()


def test_answers_allowed_more_words_than_there_is_room_for_are_given(engine: LocalEngine) -> None:
    generous = [request(f"{MATERIAL[:600]} {n}?", max_tokens=100_000, grammar='root ::= "yes"') for n in range(3)]
    assert [told.text for told in engine.chat().chat_many(generous, JobContext())] == ["yes"] * 3


def test_several_answers_can_be_cancelled(engine: LocalEngine) -> None:
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        engine.chat().chat_many([request("a"), request("b")], job)


# Confidence and quotations


def test_confidence_is_told_when_asked_for(engine: LocalEngine) -> None:
    _, sure = answer(engine, request("Count: one, two, three, four,", max_tokens=6, probabilities=True))
    _, silent = answer(engine, request("Count: one, two, three, four,", max_tokens=6))
    assert 0 < sure.confidence <= 1
    assert silent.confidence == 0


def test_drafting_from_the_prompt_changes_no_word(engine: LocalEngine) -> None:
    asked = request(MATERIAL[:400] + "\nRepeat the text above word for word.", max_tokens=80)
    quoted, with_draft = answer(engine, asked)
    plain, without = answer(engine, request(asked.messages[1].text, max_tokens=80, quotes=False))
    # A batch of another width may round otherwise, so that a close call far on falls the other way.
    assert quoted[:30] == plain[:30]
    # On a machine too busy for a wider batch to pay nothing is drafted.
    assert with_draft.drafted >= with_draft.accepted
    assert without.drafted == 0


def test_a_draft_obeys_the_grammar(engine: LocalEngine) -> None:
    words = ["alpha beta gamma delta epsilon"] * 6
    asked = request(" ".join(words) + "\nRepeat.", grammar='root ::= ("alpha beta gamma " ){4} "end"')
    assert answer(engine, asked)[0] == "alpha beta gamma " * 4 + "end"


# Thinking


@pytest.fixture(scope="module")
def thinker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """The small model under a template that opens a thought."""
    folder = tmp_path_factory.mktemp("thinker")
    entry = Registry(folder).import_file(installed_model(SMALL_CHAT), Role.CHAT)
    (folder / entry.id / "template.jinja").write_text(THINKING, encoding="utf-8")
    engine = LocalEngine(folder, ComputeArbiter(), context=1024)
    yield engine
    engine.close()


def test_a_thought_is_kept_within_its_budget_and_out_of_the_answer(thinker: LocalEngine) -> None:
    assert thinker.chat().info.thinks
    generation = thinker.chat().chat(request("Tell about banks.", max_tokens=20, thinking=12), JobContext())
    said = "".join(generation)
    assert generation.thought
    assert "think>" not in said + generation.thought
    assert 12 <= generation.figures.thought_tokens < 24
    assert 0 < generation.figures.tokens <= 20
    assert said


def test_thinking_off_leaves_no_thought(thinker: LocalEngine) -> None:
    generation = thinker.chat().chat(request("What is the capital of France?", max_tokens=20), JobContext())
    said = "".join(generation)
    assert (generation.thought, generation.figures.thought_tokens) == ("", 0)
    assert said
    assert "think>" not in said


def test_unlimited_thinking_still_ends_in_an_answer(thinker: LocalEngine) -> None:
    generation = thinker.chat().chat(request("Say yes.", max_tokens=8, thinking=AS_IT_LIKES), JobContext())
    said = "".join(generation)
    assert generation.thought
    assert said
    assert generation.figures.tokens <= 8


def test_a_grammar_and_a_given_beginning_count_only_after_the_thought(thinker: LocalEngine) -> None:
    asked = request("Yes or no?", thinking=6, prefix="y", grammar='root ::= "yes" | "no"')
    generation = thinker.chat().chat(asked, JobContext())
    assert "".join(generation) == "es"
    assert generation.thought
    with pytest.raises(InvalidConstraint):
        list(thinker.chat().chat(request("?", thinking=6, prefix="z", grammar='root ::= "yes"'), JobContext()))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_thought_cut_off_by_a_death_is_not_told_twice(thinker: LocalEngine) -> None:
    asked = request("Tell about banks.", max_tokens=30, thinking=12)
    undisturbed = thinker.chat().chat(asked, JobContext())
    expected = "".join(undisturbed)
    generation = thinker.chat().chat(asked, JobContext())
    pieces = iter(generation)
    told = [next(pieces) for _ in range(3)]
    os.kill(thinker._hosts[Role.CHAT].worker().pid, signal.SIGKILL)
    told += pieces
    assert "".join(told) == expected
    assert generation.thought == undisturbed.thought


def test_a_model_that_does_not_think_ignores_the_budget(engine: LocalEngine) -> None:
    generation = engine.chat().chat(request("Say yes.", max_tokens=4, thinking=50), JobContext())
    assert "".join(generation)
    assert generation.thought == ""


# Templates


def without_template(source: Path, target: Path) -> Path:
    """A copy of a model whose template goes by another name."""
    raw = source.read_bytes()
    target.write_bytes(raw.replace(b"tokenizer.chat_template", b"tokenizer.chat_templatX", 1))
    return target


def test_a_model_without_a_template_chats_only_with_one_the_user_picked(tmp_path: Path) -> None:
    bare = without_template(installed_model(SMALL_CHAT), tmp_path / "bare.gguf")
    assert "tokenizer.chat_template" not in read_header(bare).facts
    registry = Registry(tmp_path / "models")
    entry = registry.bring(bare, Role.CHAT, template="plain").entry
    engine = LocalEngine(registry.models_dir, ComputeArbiter(), context=512)
    try:
        templates.pick(registry.path(entry).parent, None)
        with pytest.raises(LoadFailed) as refused:
            engine.chat()
        assert refused.value.hint
        registry.pick_template(entry.id, "chatml")
        assert "Paris" in answer(engine, request("What is the capital of France?", max_tokens=12))[0]
        templates.pick(registry.path(entry).parent, None)
        with pytest.raises(LoadFailed):
            engine.chat()
    finally:
        engine.close()


def test_an_unknown_template_is_refused(tmp_path: Path) -> None:
    assert "chatml" in templates.known()
    with pytest.raises(ValueError, match="nonsense"):
        templates.pick(tmp_path, "nonsense")


# Prefixes kept on disk


def test_the_second_question_on_the_same_material_starts_at_once_after_a_restart(
    own_models: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    figures: list[GenerationFigures] = []
    for question in ("Who sold?", "How many districts?"):
        engine = LocalEngine(own_models, ComputeArbiter(), context=4096, cache_dir=kept, cache_key=b"k" * 32)
        figures.append(answer(engine, request(MATERIAL + question, max_tokens=8))[1])
        engine.close()
    assert figures[0].reused_tokens == 0
    assert figures[1].prompt_tokens - 30 < figures[1].reused_tokens < figures[1].prompt_tokens
    (path,) = kept.iterdir()
    assert b"machines" not in path.read_bytes()


def test_an_answer_from_a_kept_prefix_is_the_answer_of_a_fresh_reading(own_models: Path, tmp_path: Path) -> None:
    asked = request(MATERIAL + "Did the company sell machines?")
    sure = []
    for folder in (None, tmp_path / "kept", tmp_path / "kept"):
        key = b"k" * 32 if folder else None
        engine = LocalEngine(own_models, ComputeArbiter(), context=4096, cache_dir=folder, cache_key=key)
        sure.append(engine.chat().choose(asked, ["Yes", "No"], JobContext()).probabilities["Yes"])
        engine.close()
    assert sure[1:] == pytest.approx([sure[0]] * 2, abs=0.05)


def test_without_a_key_nothing_is_written_and_keeping_can_be_stopped(own_engine: LocalEngine, tmp_path: Path) -> None:
    answer(own_engine, request(MATERIAL + "One?", max_tokens=2))
    own_engine.keep_prefixes(tmp_path / "kept", b"k" * 32)
    answer(own_engine, request("x" + MATERIAL + "Two?", max_tokens=2))
    own_engine.chat().choose(request("Settled?"), ["yes", "no"], JobContext())
    own_engine.stop_keeping_prefixes()
    answer(own_engine, request("y" + MATERIAL + "Three?", max_tokens=2))
    own_engine.close()
    assert len([path for path in (tmp_path / "kept").iterdir() if path.suffix == ".prefix"]) <= 1
    own_engine.stop_keeping_prefixes(delete=True)
    assert not [path for path in (tmp_path / "kept").iterdir() if path.suffix == ".prefix"]


def test_what_was_kept_can_be_forgotten_while_keeping_goes_on(own_engine: LocalEngine, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    own_engine.keep_prefixes(kept, b"k" * 32)
    kept.mkdir()
    (kept / "of-another-run.prefix").write_bytes(b"material")
    own_engine.forget_prefixes()
    assert not list(kept.iterdir())
    answer(own_engine, request(MATERIAL + "Four?", max_tokens=2))
    own_engine.close()
    assert [path.suffix for path in kept.iterdir()] == [".prefix"]


# The context grows


def test_the_context_grows_by_need_up_to_the_models_limit(own_models: Path) -> None:
    engine = LocalEngine(own_models, ComputeArbiter(), context=0)
    try:
        assert engine.chat().info.context == 8192
        first, _ = answer(engine, request("What is the capital of France?", max_tokens=8))
        _, long = answer(engine, request(MATERIAL * 4 + "Who?", max_tokens=4))
        assert long.prompt_tokens > 2048
        _, grown = answer(engine, request(MATERIAL * 4 + "What?", max_tokens=4))
        assert grown.reused_tokens > 2048
        assert answer(engine, request("What is the capital of France?", max_tokens=8))[0] == first
    finally:
        engine.close()


# Adapters


@pytest.fixture
def adapter(own_engine: LocalEngine, tmp_path: Path) -> str:
    """A LoRA of random numbers, strong enough to change what the model says, brought in as a user does."""
    header = read_header(installed_model(SMALL_CHAT))
    width = int(header.facts["llama.embedding_length"])
    writer = gguf.GGUFWriter(tmp_path / "formal.gguf", "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 8.0)
    random = np.random.default_rng(1)
    for layer in range(0, 30, 3):
        name = f"blk.{layer}.attn_q.weight"
        writer.add_tensor(f"{name}.lora_a", random.normal(size=(4, width)).astype(np.float32) * 0.3)
        writer.add_tensor(f"{name}.lora_b", random.normal(size=(width, 4)).astype(np.float32) * 0.3)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return own_engine.registry.bring(tmp_path / "formal.gguf").adapter


def test_an_adapter_is_swapped_in_and_out_between_answers(own_engine: LocalEngine, adapter: str) -> None:
    question = MATERIAL[:800] + "Tell a story."
    # Without drafts: a batch of another width may round otherwise, and which are made depends on the clock.
    plain, _ = answer(own_engine, request(question, max_tokens=24, quotes=False))
    adapted, figures = answer(own_engine, request(question, max_tokens=24, adapter=adapter, quotes=False))
    assert adapted != plain
    assert figures.reused_tokens == 0, "what was read without the adapter must not be used with it"
    again, _ = answer(own_engine, request(question, max_tokens=24, quotes=False))
    assert again == plain
    once_more, _ = answer(own_engine, request(question, max_tokens=24, adapter=adapter, quotes=False))
    assert once_more != plain
    # With fewer threads, as while the machine is busy, sums round otherwise: a close call may fall the other way.
    assert once_more[:10] == adapted[:10]


@pytest.mark.parametrize("name", ["absent", "../formal", "/etc/passwd"])
def test_an_adapter_that_is_not_there_is_said(own_engine: LocalEngine, name: str) -> None:
    with pytest.raises(ModelMissing) as missing:
        answer(own_engine, request("Hello.", adapter=name))
    assert name in missing.value.message


def test_a_file_that_is_no_adapter_is_refused_and_the_model_lives_on(own_engine: LocalEngine) -> None:
    folder = model_folder(own_engine) / "adapters"
    folder.mkdir()
    (folder / "broken.gguf").write_bytes(b"GGUF nonsense")
    with pytest.raises(LoadFailed):
        answer(own_engine, request("Hello.", adapter="broken"))
    assert answer(own_engine, request("Say yes.", max_tokens=2))[1].tokens > 0


# A model that keeps dying


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_model_that_dies_twice_is_set_aside_and_the_next_takes_over(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    first = registry.import_file(installed_model(SMALL_CHAT), Role.CHAT)
    copy = tmp_path / "second.gguf"
    copy.write_bytes(installed_model(SMALL_CHAT).read_bytes() + b"\0" * 32)
    second = registry.import_file(copy, Role.CHAT)
    engine = LocalEngine(registry.models_dir, ComputeArbiter(), context=512)
    host = engine._hosts[Role.CHAT]
    try:
        for _ in range(2):
            os.kill(host.worker().pid, signal.SIGKILL)
            killed = host._worker
            assert killed is not None
            killed._reader.join()
            assert host.note_death()
        assert "Paris" in answer(engine, request("What is the capital of France?", max_tokens=12))[0]
        assert engine.chat().info.sha256 == second.sha256
        note = engine.state().of(Role.CHAT)
        assert note.state is LoadState.READY
        assert first.name in note.message
        # Chosen anew, it gets another try.
        registry.promote(first.id)
        assert engine.chat().info.sha256 == first.sha256
        assert engine.state().of(Role.CHAT).message == ""
    finally:
        engine.close()


def test_json_by_schema_may_be_asked_of_several_at_once(engine: LocalEngine) -> None:
    schema = {"type": "object", "properties": {"n": {"enum": [1, 2]}}, "required": ["n"]}
    told = engine.chat().chat_many([request(f"{i}?", schema=schema) for i in range(3)], JobContext())
    assert all(json.loads(one.text)["n"] in (1, 2) for one in told)
