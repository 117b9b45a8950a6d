import json
import unicodedata
from pathlib import Path

import pytest

from workbench.i18n import set_language
from workbench.models.documents.reading import read_file
from workbench.models.measuring import SuiteError, bundled, find, from_folder, own
from workbench.paths import resources

from .conftest import write_jsonl

SUITES = [path.parent.name for path in sorted((resources() / "suites").glob("*/suite.json"))]


def squeezed(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.fixture(scope="module")
def texts_of():
    """The whole text of a suite's files by name, and of its records by id."""

    def read(suite):
        found = {}
        for place in suite.documents:
            for path in sorted(place.iterdir()):
                documents = read_file(path)
                for document in documents if isinstance(documents, list | tuple) else [documents]:
                    text = squeezed("".join(block.text for block in document.blocks))
                    found[document.properties.get("id") or path.name] = text
        return found

    return read


@pytest.mark.parametrize("name", SUITES)
def test_every_gold_quote_of_a_bundled_suite_stands_verbatim_in_one_of_its_documents(name, texts_of):
    suite = find(name)
    texts = texts_of(suite)
    for question in suite.questions:
        assert set(question.documents) <= set(texts), question.id
        for quote in question.quotes:
            assert any(squeezed(quote) in texts[d] for d in question.documents), (question.id, quote)


@pytest.mark.parametrize("name", SUITES)
def test_a_bundled_suite_has_questions_to_answer_and_to_decline_and_no_id_twice(name):
    questions = find(name).questions
    assert any(not q.answerable for q in questions)
    assert all(q.answers and q.sought for q in questions if q.answerable)
    assert len({q.id for q in questions}) == len(questions) == len({q.text for q in questions})


def test_bundled_suites_are_told_in_the_language_of_the_user():
    chinese = [suite.title for suite in bundled()]
    set_language("en")
    english = [suite.title for suite in bundled()]
    assert len(chinese) == len(english) >= 2
    assert all(title.isascii() for title in english)
    assert not any(title.isascii() for title in chinese)


def test_a_folder_of_a_research_set_is_read_as_it_is(tmp_path):
    write_jsonl(tmp_path / "a_passages.jsonl", [{"id": "p1", "text": "一"}])
    write_jsonl(
        tmp_path / "a_queries.jsonl",
        [
            {"id": 1, "question": "甲？", "gold": "p1", "answers": ["一", "壹"]},
            {"id": 2, "question": "乙？", "gold_articles": ["p1", "p2"]},
            {"id": 3, "question": "丙？", "gold_docs": ["p1"], "gold_sentences": ["一句。"], "answerable": True},
            {"id": 4, "question": "丁？", "evidence_quote": "一句。", "answerable": False},
        ],
    )
    one, two, three, four = from_folder(tmp_path).questions
    assert (one.documents, one.answers) == (("p1",), ("一", "壹"))
    assert two.documents == ("p1", "p2")
    assert (three.documents, three.quotes) == (("p1",), ("一句。",))
    assert not four.sought


def test_a_folder_with_neither_questions_nor_documents_is_no_suite(tmp_path):
    with pytest.raises(SuiteError):
        from_folder(tmp_path)
    write_jsonl(tmp_path / "queries.jsonl", [{"question": "甲？"}])
    with pytest.raises(SuiteError) as refused:
        from_folder(tmp_path)
    assert refused.value.hint


@pytest.mark.parametrize("line", ["[1]", "7", '{"answer": "x"}', "{", '"text"', "null"])
def test_a_line_that_is_no_question_is_refused_with_a_hint(tmp_path, line):
    write_jsonl(tmp_path / "corpus.jsonl", [{"id": "p", "text": "一"}])
    (tmp_path / "queries.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(SuiteError) as refused:
        from_folder(tmp_path)
    assert refused.value.hint


def test_a_suite_nobody_knows_is_told_with_those_there_are():
    with pytest.raises(SuiteError) as refused:
        find("no-such-suite")
    assert "credit_case" in refused.value.hint


def test_a_part_of_the_program_s_measuring_is_found_in_the_folder_given(folder):
    assert find("retrieval", folder).id == folder.name
    assert find(folder.name, folder.parent).id == folder.name
    assert find(str(folder)).id == folder.name


def test_accepted_and_corrected_answers_become_a_suite_and_refused_ones_do_not():
    citation = {"document": "d1", "quote": "会议由闻亭远主持", "anchor": {}}
    judged = {
        "a": {
            "question": "谁主持？",
            "answer": "闻亭远",
            "status": "answered",
            "citations": [citation],
            "verdict": "up",
        },
        "b": {"question": "几人？", "answer": "七人", "status": "answered", "verdict": "down", "correction": "六人"},
        "c": {"question": "何时？", "answer": "昨天", "status": "answered", "verdict": "down"},
        "d": {"question": "年薪？", "answer": "资料中未提及。", "status": "not_found", "verdict": "up"},
    }
    suite = own("c1", "卷宗", judged)
    assert suite is not None
    by_id = {q.id: q for q in suite.questions}
    assert set(by_id) == {"a", "b", "d"}
    assert (by_id["a"].documents, by_id["a"].quotes) == (("d1",), ("会议由闻亭远主持",))
    assert by_id["b"].answers == ("六人",)
    assert not by_id["d"].answerable
    assert suite.case == "c1"


def test_a_follow_up_is_asked_as_it_was_understood_and_a_passing_state_is_no_outcome():
    turn = {"question": "那去年呢？", "understood": "2023年净利润是多少？", "answer": "一", "verdict": "right"}
    suite = own("c1", "卷宗", {"a": {**turn, "status": "evidence_only"}})
    assert suite is not None
    assert (suite.questions[0].text, suite.questions[0].status) == ("2023年净利润是多少？", "")


def test_without_accepted_answers_there_is_no_suite_of_them():
    assert own("c1", "卷宗", {"a": {"question": "何时？", "verdict": "down"}}) is None


def test_a_suite_s_digest_changes_with_what_is_right(folder, suite):
    rows = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[0]["answer"] = "别人"
    write_jsonl(Path(folder) / "queries.jsonl", rows)
    assert from_folder(folder).digest != suite.digest
