"""The grid: code first, the model for what is left, every cell kept as it is read, what people make of cells."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import Cancelled, LibraryError
from workbench.inference.api import Role
from workbench.inference.fake import FakeEngine
from workbench.jobs import JobContext
from workbench.models.evidence import Status
from workbench.models.extracting import EVALUATION, Grid, GridStore, parse_set, questions_set

FIELDS = parse_set(
    '[[field]]\nname = "注册资本"\n\n[[field]]\nname = "法定代表人"\n\n'
    '[[field]]\nname = "主要竞争对手"\ntype = "name"\nquestion = "主要竞争对手是哪家？"\n',
    "mine",
)
TEXT = "注册资本：5,000万元\n\n法定代表人：沈砚舟\n\n在主要市场上，公司的竞争对手主要有北岬重工，份额接近。\n"


def says(words: str):
    """A model that answers whatever is asked first with the same words."""
    return FakeEngine(lambda _request: f"1：{words}\n")


def test_code_reads_every_document_before_the_model_is_asked(library, fill):
    case = fill({"a.txt": TEXT, "b.txt": TEXT.replace("沈砚舟", "温屿川")})
    engine = says("北岬重工")
    told = []
    cells = Grid(library, engine).run(case, FIELDS, JobContext(), told.append)
    assert [c.value for c in cells] == ["50000000", "沈砚舟", "北岬重工", "50000000", "温屿川", "北岬重工"]
    assert [t.cell.by for t in told[-2:]] == ["model", "model"]
    assert {t.cell.by for t in told[:-2]} == {"code"}
    assert told[-1].done == told[-1].total == 6


def test_what_the_model_points_at_is_quoted_from_the_document_and_never_sure_alone(library, fill):
    case = fill({"a.txt": TEXT})
    cell = Grid(library, says("北岬 重工")).run(case, FIELDS, JobContext())[2]
    assert cell.status in (Status.TRACED, Status.PARTIAL)
    assert cell.citations[0].quote == "在主要市场上，公司的竞争对手主要有北岬重工，份额接近。"
    assert (cell.value, cell.shown) == ("北岬重工", "北岬重工")
    assert not cell.confident


@pytest.mark.parametrize(
    "answer",
    [
        "1：南山机械\n",
        "1：无\n",
        "1：无。",
        "1：",
        "1：重\n",
        "2：北岬重工\n",
        "北岬重工",
        "",
    ],
)
def test_what_the_document_does_not_say_is_missing_whatever_the_model_answers(library, fill, answer):
    case = fill({"a.txt": TEXT})
    cell = Grid(library, FakeEngine(lambda _request: answer)).run(case, FIELDS, JobContext())[2]
    assert cell.missing
    assert cell.to_json()["status"] == "missing"


def test_the_model_is_not_asked_where_nothing_in_the_document_is_about_the_field(library, fill):
    case = fill({"a.txt": "今天天气晴朗。\n"})
    engine = says("晴朗")
    assert all(c.missing for c in Grid(library, engine).run(case, FIELDS, JobContext()))
    assert engine.fake_chat.requests == []


TOLD = "公司的竞争对手主要有北岬重工。公司的新厂选在沅渡镇。公司的出口去年主要销往东南亚。\n"
RIVAL, PLANT, EXPORTS = (
    f'[[field]]\nname = "{name}"\nquestion = "{question}"\n'
    for name, question in (
        ("竞争对手", "公司的主要竞争对手是哪家？"),
        ("新厂地点", "公司的新厂选在哪里？"),
        ("出口地区", "公司的出口主要销往哪里？"),
    )
)
MORE = parse_set(RIVAL + PLANT + EXPORTS, "more")


def test_fields_of_one_material_are_asked_in_one_prompt_that_holds_it_once(library, fill):
    case = fill({"a.txt": TOLD})
    engine = FakeEngine(lambda _request: "1：北岬重工\n2：沅渡镇\n3：无\n")
    cells = Grid(library, engine).run(case, MORE, JobContext())
    (request,) = engine.fake_chat.requests
    assert request.messages[-1].text.count("新厂选在沅渡镇") == 1
    assert [c.value for c in cells] == ["北岬重工", "沅渡镇", ""]
    assert [c.by for c in cells] == ["model"] * 3


def test_a_cell_is_kept_as_soon_as_its_line_is_out(library, fill):
    case = fill({"a.txt": TOLD})
    kept = []

    class Watched(FakeEngine):
        def chat(self):
            model = super().chat()
            plain = model.chat_many

            def chat_many(requests, job, heard):
                def heard_and_looked(place, text):
                    heard(place, text)
                    kept.append(sum(c.by == "model" for c in Grid(library, None).kept(case, MORE)))

                return plain(requests, job, heard_and_looked)

            model.chat_many = chat_many
            return model

    Grid(library, Watched(lambda _request: "1：北岬重工\n2：沅渡镇\n3：东南亚\n")).run(case, MORE, JobContext())
    assert {0, 1, 2} <= set(kept)


def test_documents_are_asked_together_and_each_keeps_its_own_answers(library, fill):
    towns = ["沅渡镇", "青石坝", "柳林口", "白沙湾", "石桥铺", "芦苇荡", "枫林渡", "古榆关", "响水崖"]
    case = fill({f"{n}.txt": TOLD.replace("沅渡镇", town) for n, town in enumerate(towns)})
    sizes = []

    class Watched(FakeEngine):
        def chat(self):
            model = super().chat()
            plain = model.chat_many

            def chat_many(requests, job, heard):
                sizes.append(len(requests))
                return plain(requests, job, heard)

            model.chat_many = chat_many
            return model

    def answer(request):
        town = next(town for town in towns if town in request.messages[-1].text)
        return f"1：北岬重工\n2：{town}\n3：东南亚\n"

    cells = Grid(library, Watched(answer)).run(case, MORE, JobContext())
    assert sizes == [8, 1]
    assert [c.value for c in cells[1::3]] == towns


def test_lines_out_of_order_answer_the_field_of_their_number_and_only_the_first_counts(library, fill):
    case = fill({"a.txt": TOLD})
    engine = FakeEngine(lambda _request: "3：东南亚\n1：北岬重工\n1：沅渡镇\n9：东南亚\n")
    cells = Grid(library, engine).run(case, MORE, JobContext())
    assert [c.value for c in cells] == ["北岬重工", "", "东南亚"]


def test_a_field_is_asked_on_another_sheet_where_its_material_is_far_away(library, fill):
    filler = "这里写的是无关紧要的话，与所问无关。" * 25
    case = fill({"a.txt": "\n\n".join([*TOLD.replace("。", "。\n").split("\n"), *[filler] * 6])})
    engine = FakeEngine(lambda _request: "1：无\n")
    Grid(library, engine).run(case, MORE, JobContext())
    asked = "".join(r.messages[-1].text for r in engine.fake_chat.requests)
    assert all(asked.count(f"：{field.asked}") == 1 for field in MORE.fields)
    assert filler not in asked


@pytest.mark.parametrize(
    ("said", "value"), [("215人", ""), ("1,215人", "1215"), ("1215人", ""), ("１，215 人", "1215")]
)
def test_a_figure_is_not_found_in_the_middle_of_another(library, fill, said, value):
    case = fill({"a.txt": "去年全厂新招的工人数目很大，多达1,215人之众。\n"})
    field = '[[field]]\nname = "新招工人"\ntype = "amount"\nunit = "人"\nquestion = "新招的工人有多少？"\n'
    assert Grid(library, says(said)).run(case, parse_set(field, "one"), JobContext())[0].value == value


def test_words_that_stand_twice_are_cited_where_the_sentence_is_about_the_field(library, fill):
    case = fill({"a.txt": f"北岬重工去年搬了家。\n\n{TOLD}"})
    cells = Grid(library, says("北岬重工")).run(case, parse_set(RIVAL, "one"), JobContext())
    assert cells[0].citations[0].quote == "公司的竞争对手主要有北岬重工。"


def test_without_a_model_code_alone_reads_and_a_model_brought_in_later_is_asked_only_for_the_rest(library, fill):
    case = fill({"a.txt": TEXT})
    without = FakeEngine(missing=tuple(Role))
    assert Grid(library, without).run(case, FIELDS, JobContext())[2].missing
    engine = says("北岬重工")
    assert Grid(library, engine).run(case, FIELDS, JobContext())[2].value == "北岬重工"
    assert len(engine.fake_chat.requests) == 1


def test_a_second_run_reads_nothing_again(library, fill, monkeypatch):
    case = fill({"a.txt": TEXT})
    engine = says("无")
    first = Grid(library, engine).run(case, FIELDS, JobContext())
    monkeypatch.setattr("workbench.models.extracting.grid.read_cell", lambda *_: pytest.fail("read again"))
    assert Grid(library, engine).run(case, FIELDS, JobContext()) == first
    assert len(engine.fake_chat.requests) == 1


def test_pausing_keeps_what_was_read_and_going_on_reads_the_rest(library, fill):
    case = fill({f"{n}.txt": f"{TEXT}\n第{n}份。\n" for n in range(4)})
    job = JobContext()

    def stop(read):
        if read.done == 5:
            job.cancel()

    with pytest.raises(Cancelled):
        Grid(library, None).run(case, FIELDS, job, stop)
    kept = Grid(library, None).kept(case, FIELDS)
    assert 5 <= len(kept) < 12
    told = []
    assert len(Grid(library, None).run(case, FIELDS, JobContext(), told.append)) == 12


def test_a_killed_run_goes_on_without_reading_a_cell_twice(tmp_path):
    """20 documents by 20 fields, killed by the system in the middle, with a model that writes down what it is asked."""
    script = Path(__file__).with_name("reading_until_killed.py")
    asked = tmp_path / "asked.txt"

    def run(kill_after: int) -> int:
        return subprocess.run(
            [sys.executable, str(script), str(tmp_path), str(asked), str(kill_after)], check=False, env={**os.environ}
        ).returncode

    assert run(55) == -signal.SIGKILL
    before = asked.read_text(encoding="utf-8").splitlines()
    assert run(0) == 0
    lines = asked.read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line.startswith("code")]
    model = [line for line in lines if line.startswith("model")]
    assert 0 < len([line for line in before if line.startswith("model")]) < 60
    assert len(code) == len(set(code)) == 400
    # The prompt that was being answered when it was killed is asked again, for the cells not kept yet alone.
    assert len(set(model)) == 60
    assert len(model) - len(set(model)) <= 3


def test_a_document_that_changed_is_read_again(library, fill):
    case = fill({"a.txt": TEXT})
    grid = Grid(library, None)
    grid.run(case, FIELDS, JobContext())
    document = grid.documents(case)[0]
    other = parse_set('[[field]]\nname = "注册资本"\nunit = "美元"\n', "mine")
    assert len(grid.kept(case, FIELDS)) == 3
    assert grid.kept(case, other) == ()
    assert grid.kept(case, FIELDS, ["no such document"]) == ()
    assert document.name == "a.txt"


def test_judgements_are_kept_become_cases_for_evaluation_and_can_be_taken_back(library, fill):
    case = fill({"a.txt": TEXT})
    grid, store = Grid(library, None), GridStore(library, case)
    cell = grid.run(case, FIELDS, JobContext())[0]
    document, field = grid.documents(case)[0], FIELDS.fields[0]
    corrected = store.judge(document, field, cell, "corrected", "60000000")
    assert (corrected.value, corrected.status, corrected.by) == ("60000000", Status.OWN, "person")
    assert corrected.citations == cell.citations
    assert grid.run(case, FIELDS, JobContext())[0] == corrected
    (lesson,) = library.notes(case, EVALUATION).values()
    assert (lesson["answer"], lesson["correction"], lesson["judged"]) == ("50000000", "60000000", "corrected")
    store.take_back(document, field, cell)
    assert grid.kept(case, FIELDS)[0] == cell
    assert library.notes(case, EVALUATION) == {}


def test_a_rejected_value_has_no_right_answer_and_a_confirmed_one_its_own(library, fill):
    case = fill({"a.txt": TEXT})
    grid, store = Grid(library, None), GridStore(library, case)
    first, second, _ = grid.run(case, FIELDS, JobContext())
    document = grid.documents(case)[0]
    store.judge(document, FIELDS.fields[0], first, "rejected")
    store.judge(document, FIELDS.fields[1], second, "confirmed")
    lessons = {n["field"]: n["expected"] for n in library.notes(case, EVALUATION).values()}
    assert lessons == {"注册资本": None, "法定代表人": "沈砚舟"}
    assert [c.verdict for c in grid.kept(case, FIELDS)[:2]] == ["rejected", "confirmed"]


def test_typed_questions_are_remembered_and_answered(library, fill):
    case = fill({"a.txt": TEXT})
    store = GridStore(library, case)
    store.save_questions(["公司的注册资本是多少？"])
    cells = Grid(library, None).run(case, questions_set(store.questions()), JobContext())
    assert [c.value for c in cells] == ["50000000"]


def test_an_unknown_case_is_an_error(library):
    with pytest.raises(LibraryError):
        Grid(library, None).run("nothing", FIELDS, JobContext())


def test_what_code_reads_is_told_before_a_model_is_loaded(library, fill):
    case = fill({"a.txt": TEXT})
    told = []

    class Slow(FakeEngine):
        def chat(self):
            assert [t.cell.value for t in told if not t.cell.missing] == ["50000000", "沈砚舟"]
            return super().chat()

    Grid(library, Slow(lambda _request: "")).run(case, FIELDS, JobContext(), told.append)
    assert told[-1].done == told[-1].total


def test_without_a_model_every_cell_is_settled_in_the_end(library, fill):
    case = fill({"a.txt": TEXT})
    told = []
    Grid(library, FakeEngine(missing=tuple(Role))).run(case, FIELDS, JobContext(), told.append)
    assert told[-1].done == told[-1].total == 3


def test_an_english_paper_is_asked_in_english(library, fill):
    case = fill({"a.txt": "On the main markets the main rival of the company is North Cape Works, of equal size.\n"})
    field = '[[field]]\nname = { en = "Main rival" }\nquestion = { en = "Which company is the main rival?" }\n'
    english = FakeEngine(lambda _request: "1: North Cape Works\n")
    cells = Grid(library, english).run(case, parse_set(field, "en"), JobContext())
    asked = english.fake_chat.requests[0]
    assert "1: Which company is the main rival?" in asked.messages[-1].text
    assert "资料" not in asked.messages[-1].text
    assert cells[0].value == "North Cape Works"
