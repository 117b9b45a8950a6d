"""The sample case lies in the library, and nothing of it can be read there."""

import re

import pytest

from tests.e2e.conftest import PASSPHRASE, Inkstone
from workbench.models.documents.reading import read_file

pytestmark = pytest.mark.e2e

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
RUN = re.compile(r"[\u4e00-\u9fff]{4,}")
FIGURE = re.compile(r"\d[\d,]{3,}\.\d\d|\d+\.\d\d%")
CASE = "岚渚精机授信"


@pytest.fixture(scope="module")
def said(samples):
    """Every run of four Chinese characters, every figure and every file name of the case."""
    texts = [CASE, PASSPHRASE]
    for path in sorted(samples.iterdir()):
        read = read_file(path)
        texts.append(path.stem)
        for document in read if isinstance(read, list) else [read]:
            texts += [document.title, *(block.text for block in document.blocks)]
    whole = "\n".join(texts)
    runs = {run[i : i + 4] for run in RUN.findall(whole) for i in range(len(run) - 3)}
    assert len(runs) > 1500
    return runs | {figure for figure in FIGURE.findall(whole) if len(figure) >= 6} | {"沈砚舟", "岚渚精机"}


@pytest.fixture(scope="module")
def home(tmp_path_factory, samples):
    inkstone = Inkstone(tmp_path_factory.mktemp("rest") / "library")
    assert {line["status"] for line in inkstone.lines("add", CASE, samples, "--no-wait")} == {"added"}
    assert inkstone.json("search", CASE, "实际控制人")
    return inkstone.home


def readable(content, said):
    """Which of the words and figures stand in the bytes, in any encoding."""
    needles = {word.encode(encoding): word for word in said for encoding in ENCODINGS}
    found = set()
    for length in {len(needle) for needle in needles}:
        alike = {needle for needle in needles if len(needle) == length}
        windows = {content[i : i + length] for i in range(len(content) - length + 1)}
        found |= {needles[needle] for needle in alike & windows}
    return found


def test_no_word_no_name_and_no_figure_of_the_case_is_readable_in_any_byte(home, said):
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    assert len(files) > 8
    for path in files:
        content = path.read_bytes()
        # A window at a time keeps the sets small; neighbours overlap by more than the longest word.
        for start in range(0, len(content), 1 << 19):
            assert not readable(content[start : start + (1 << 19) + 64], said), path.name


def test_no_file_name_tells_anything(home):
    assert all(path.name.isascii() for path in home.rglob("*"))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_search_would_find_plain_words(said, encoding):
    assert "实际控制人" not in said
    assert readable(b"\x00\x01" + "实际控制人".encode(encoding), said)
