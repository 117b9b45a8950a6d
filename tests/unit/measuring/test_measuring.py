import json
import random

import pytest

from workbench.errors import Cancelled
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.library import Library
from workbench.models.measuring import (
    Contestant,
    InFile,
    InLibrary,
    Measurement,
    Part,
    Passing,
    Question,
    Record,
    Suite,
    SuiteError,
    Verdict,
    alike,
    before,
    changed,
    compared,
    measure,
)
from workbench.models.measuring.telling import public, svg, table
from workbench.vault import LibraryKey

from .conftest import WHO, Stable, read_here


def run(suite, stable, keeping, job=None, **options):
    return measure(
        suite,
        options.pop("who", WHO),
        stable,
        keeping,
        job or JobContext(),
        arbiter=ComputeArbiter(),
        importer=read_here,
        **options,
    )


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "home", LibraryKey(bytes(range(32)))) as opened:
        yield opened


def test_a_suite_is_searched_asked_and_scored(suite):
    keeping, stable = Passing(), Stable()
    done = run(suite, stable, keeping)
    assert done.over
    assert done.figures["hit1"].value == 1.0
    assert done.figures["answered"].value == 1.0
    assert done.figures["declined"].value == 1.0
    assert done.figures["verbatim"].value == 1.0
    assert done.figures["right_document"].value == 1.0
    assert done.figures["ms_total"].count == 2
    record = keeping.records(done.id)["q1"]
    assert "闻亭远" in record.said
    assert record.quotes[0]["verbatim"]
    assert record.right


def test_an_invented_answer_and_a_wrong_refusal_are_seen(suite):
    keeping = Passing()
    done = run(suite, Stable("资料中未提及。"), keeping, parts=frozenset({Part.REFUSALS, Part.ANSWERS}))
    assert set(done.figures) <= {"answered", "declined", "f1", "status"}
    assert done.figures["declined"].value == 1.0


def test_a_ranking_alone_asks_no_chat_model(suite):
    stable = Stable()
    done = run(suite, stable, Passing(), parts=frozenset({Part.RETRIEVAL}), who=Contestant("", "embed-a"))
    assert stable.asked_for == ["embed-a"]
    assert stable.engine.fake_chat.requests == []
    assert set(done.figures) == {"hit1", "ndcg10", "within500", "within1000"}


def test_a_stopped_run_goes_on_where_it_was(suite):
    keeping, job = Passing(), JobContext()
    with pytest.raises(Cancelled):
        run(suite, Stable(), keeping, job, tell=lambda _told: job.cancel())
    (stopped,) = keeping.measurements()
    assert (stopped.done, stopped.over) == (1, False)
    told = []
    done = run(suite, Stable(), keeping, tell=told.append)
    assert done.id == stopped.id
    assert done.over
    assert [t.record.question for t in told] == ["q2"]


def test_another_model_or_other_parts_begin_afresh(suite):
    keeping, job = Passing(), JobContext()
    with pytest.raises(Cancelled):
        run(suite, Stable(), keeping, job, tell=lambda _told: job.cancel())
    told = []
    run(suite, Stable(), keeping, who=Contestant("chat-b", "embed-a"), tell=told.append)
    run(suite, Stable(), keeping, parts=frozenset({Part.ANSWERS}), tell=told.append)
    assert [t.record.question for t in told] == ["q1", "q2", "q1", "q2"]


def test_an_instruction_of_one_s_own_replaces_the_program_s_in_every_request(suite):
    stable = Stable()
    run(suite, stable, Passing(), who=Contestant("chat-a", "embed-a", "只写要点。"))
    systems = {m.text for r in stable.engine.fake_chat.requests for m in r.messages if m.role == "system"}
    assert systems == {"只写要点。"}


def test_a_document_that_can_t_be_read_is_told_before_anything_is_asked(suite, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    stable = Stable()
    with pytest.raises(SuiteError):
        run(Suite("s", "s", "", suite.questions, (broken,)), stable, Passing())
    assert stable.engine.fake_chat.requests == []


def test_a_suite_of_accepted_answers_is_asked_over_its_case(library, folder):
    case = library.create_case("卷宗").id
    importer = read_here(library, Stable().engine, ComputeArbiter())
    list(importer.add(case, [folder / "corpus.jsonl"], JobContext()))
    asked = (Question("a", "谁主持会议？", answers=("闻亭远",), quotes=("会议由闻亭远主持",)),)
    done = run(Suite("own", "我的", "", asked, case=case), Stable(), Passing(), library=library)
    assert done.figures["answered"].value == 1.0
    assert [c.id for c in library.cases()] == [case]


def test_a_suite_of_a_case_needs_the_library(suite):
    with pytest.raises(SuiteError):
        run(Suite("own", "我的", "", suite.questions, case="c1"), Stable(), Passing())


def test_measurements_are_kept_encrypted_with_the_case_and_read_back(suite, library, tmp_path):
    case = library.create_case("卷宗").id
    keeping = InLibrary(library, case)
    done = run(suite, Stable(), keeping)
    again = InLibrary(library, library.create_case("另一个").id)
    assert again.measurements() == (done,)
    assert again.records(done.id) == keeping.records(done.id)
    stored = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert "谁主持会议".encode() not in stored
    again.forget(done.id)
    assert keeping.measurements() == ()
    assert keeping.records(done.id) == {}


def test_a_kept_measurement_that_can_t_be_read_is_passed_over(library):
    case = library.create_case("卷宗").id
    library.save_note(case, "measurement", "x", {"id": "x"})
    assert InLibrary(library, case).measurements() == ()


def test_a_file_of_records_survives_a_half_written_line(suite, tmp_path):
    path = tmp_path / "out" / "records.jsonl"
    done = run(suite, Stable(), InFile(path))
    with path.open("a", encoding="utf-8") as out:
        out.write('{"measurement": {"id"')
    read = InFile(path)
    assert read.measurements() == (done,)
    assert set(read.records(done.id)) == {"q1", "q2"}


def test_no_word_of_a_question_or_an_answer_is_noted_beside_a_model(suite):
    done = run(suite, Stable(), Passing())
    told = json.dumps(public(done), ensure_ascii=False)
    assert "主持" not in told
    assert "闻亭远" not in told
    assert public(done)["figures"]["hit1"] == 1.0


def test_what_turned_since_the_last_time_is_told_of_the_same_suite_and_models():
    def made(id_, at, chat="a"):
        return Measurement(id_, "s", "S", "d", at, chat=chat, done=1, total=1)

    first, second, other = made("1", "2026-01-01"), made("2", "2026-01-02"), made("3", "2026-01-03", "b")
    third = made("4", "2026-01-04")
    assert before(third, [first, second, other, third]) == second
    assert before(first, [first, second]) is None
    right, wrong = (Record("q", "?", figures={"declined": value}) for value in (1.0, 0.0))
    assert changed({"q": right, "p": right}, {"q": wrong}) == {"q": True}
    assert changed({"q": wrong}, {"q": right}) == {"q": False}
    assert changed({"q": right}, {"q": right}) == {}


def test_the_chart_has_a_bar_a_measurement_and_escapes_names(suite):
    done = run(suite, Stable(), Passing(), who=Contestant("a", "b", "", "<Model & A>", "E"))
    drawn = svg([done, done])
    assert "&lt;Model &amp; A&gt;" in drawn
    assert drawn.count("<title>") == 2 * len([n for n in done.figures if not n.startswith("ms_")])
    assert len(table(done)) == len(done.figures) + 1


def answered(*said):
    return {f"q{n}": Record(f"q{n}", f"question {n}", said=words, status="answered") for n, words in enumerate(said)}


def test_blind_answers_are_shown_in_an_order_of_chance_and_counted_for_whoever_gave_them():
    left, right = answered(*["left"] * 40), answered(*["right"] * 40)
    comparison = compared(left, right, random.Random(7))
    assert {pair.turned for pair in comparison.pairs} == {True, False}
    assert [pair.question for pair in comparison.pairs] != sorted(left)
    while (pair := comparison.at) is not None:
        comparison.judge(Verdict.FIRST if pair.first.said == "left" else Verdict.SECOND)
    assert (comparison.tally().left, comparison.tally().right) == (40, 0)
    with pytest.raises(ValueError, match="equal"):
        comparison.judge(Verdict.EQUAL)


def test_the_same_words_on_both_sides_are_not_judged():
    left, right = answered("a", "b"), answered("a", "c")
    comparison = compared(left, right, random.Random(7))
    assert [pair.question for pair in comparison.pairs] == ["q1"]
    assert alike(left, right) == ["q0"]


def test_a_verdict_can_be_taken_back():
    comparison = compared(answered("a"), answered("b"), random.Random(7))
    comparison.take_back()
    comparison.judge(Verdict.EQUAL)
    assert comparison.at is None
    assert comparison.to_json() == {"judged": [{"question": "question 0", "better": "equal"}]}
    comparison.take_back()
    assert comparison.at is not None
