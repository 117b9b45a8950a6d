"""Reading pictures: the process behind it, and what the real models see."""

import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from workbench.errors import Cancelled, EngineCrashed, EngineError, LoadFailed, ModelDamaged, ModelMissing
from workbench.inference.api import PagePicture
from workbench.inference.ocr import LocalOcr
from workbench.inference.ocr_page import Line
from workbench.inference.ocr_signatures import label_pattern, signatures_of
from workbench.jobs import ComputeArbiter, JobContext, Priority

BLANK = PagePicture(4, 2, bytes(24))

WORKER = """
import os, sys, threading
from pathlib import Path
from workbench.inference.frames import read_frame, write_frame
folder = Path(sys.argv[1])
source, out = sys.stdin.buffer, sys.stdout.buffer
def reply(header, **more):
    write_frame(out, {"id": header["id"], **more})
LINE = ["words", 0.9, [0, 0, 4, 0, 4, 2, 0, 2], [0, 0.2, 0.4, 0.6, 0.8, 1]]
SEEN = dict(lines=[LINE], turn=0, skew=0.0, strokes=[[0, 1, 4, 1]], seals=[], signatures=[[1, 1, 2, 2]])
page = None
while True:
    header, payload = read_frame(source)
    with (folder / "heard").open("a") as log:
        log.write(header["op"] + "\\n")
    mode = (folder / "mode").read_text()
    if header["op"] == "recognise":
        page = header
        if mode == "die" or (mode == "die once" and not (folder / "died").exists()):
            (folder / "died").touch()
            os._exit(3)
        if mode == "fail":
            reply(header, error="compute", detail="a page too odd")
        elif mode not in ("slow", "silent"):
            reply(header, **SEEN)
    elif header["op"] == "resume" and mode == "slow":
        reply(page, **SEEN)
    elif header["op"] == "cancel" and mode != "silent":
        reply(page, error="cancelled")
"""


class Stage:
    """A pretended worker, told how to behave through a file."""

    def __init__(self, folder: Path, arbiter: ComputeArbiter, **more) -> None:
        self._folder = folder
        script = folder / "worker.py"
        script.write_text(WORKER)
        self.behave("well")
        self.ocr = LocalOcr(arbiter, command=[sys.executable, str(script), str(folder)], **more)

    def behave(self, mode: str) -> None:
        (self._folder / "mode").write_text(mode)

    def heard(self) -> list[str]:
        log = self._folder / "heard"
        return log.read_text().split() if log.exists() else []

    def wait_until_heard(self, word: str) -> None:
        waiting = threading.Event()
        while word not in self.heard():
            waiting.wait(0.01)


@pytest.fixture
def arbiter() -> ComputeArbiter:
    return ComputeArbiter()


@pytest.fixture
def stage(tmp_path, arbiter):
    made = Stage(tmp_path, arbiter)
    yield made
    made.ocr.close()


def test_a_page_comes_back_with_its_lines_and_strokes(stage):
    page = stage.ocr.recognise(BLANK, JobContext())
    assert [line.text for line in page.lines] == ["words"]
    assert page.lines[0].quad[2] == (4, 2)
    assert page.strokes == ((0, 1, 4, 1),)
    assert (page.width, page.height) == (4, 2)


def test_a_process_that_dies_over_a_page_is_told_of_and_the_next_page_is_read(stage):
    stage.behave("die")
    with pytest.raises(EngineCrashed):
        stage.ocr.recognise(BLANK, JobContext())
    stage.behave("well")
    assert stage.ocr.recognise(BLANK, JobContext()).lines


def test_a_page_is_tried_again_where_a_process_in_use_died(stage):
    stage.ocr.recognise(BLANK, JobContext())
    stage.behave("die once")
    assert stage.ocr.recognise(BLANK, JobContext()).lines


def test_a_page_the_models_fail_on_is_an_engine_error(stage):
    stage.behave("fail")
    with pytest.raises(EngineError) as failure:
        stage.ocr.recognise(BLANK, JobContext())
    assert "too odd" in failure.value.detail


def test_a_page_that_takes_too_long_costs_its_process(tmp_path, arbiter):
    stage = Stage(tmp_path, arbiter, seconds_a_page=0.2)
    stage.behave("silent")
    with pytest.raises(EngineCrashed):
        stage.ocr.recognise(BLANK, JobContext())
    assert stage.ocr.pid is None


@pytest.mark.parametrize("mode", ["slow", "silent"])
def test_cancelling_ends_a_page_under_way(stage, mode):
    stage.behave(mode)
    job = JobContext()
    failures = []

    def work():
        try:
            stage.ocr.recognise(BLANK, job)
        except Cancelled as cancelled:
            failures.append(cancelled)

    thread = threading.Thread(target=work)
    thread.start()
    stage.wait_until_heard("recognise")
    job.cancel()
    thread.join()
    assert len(failures) == 1


def test_whoever_has_a_better_claim_computes_first_and_the_page_goes_on_after(stage, arbiter):
    stage.behave("slow")
    pages = []
    thread = threading.Thread(target=lambda: pages.append(stage.ocr.recognise(BLANK, JobContext())))
    thread.start()
    stage.wait_until_heard("recognise")
    with arbiter.turn(Priority.ASK, JobContext()):
        stage.wait_until_heard("pause")
        assert not pages
    thread.join()
    assert pages[0].lines
    assert stage.heard() == ["recognise", "pause", "resume"]


def test_a_page_pushed_aside_by_another_begins_anew(stage):
    stage.behave("slow")
    pages = []
    thread = threading.Thread(target=lambda: pages.append(stage.ocr.recognise(BLANK, JobContext())))
    thread.start()
    stage.wait_until_heard("recognise")
    stage.behave("well")
    assert stage.ocr.recognise(BLANK, JobContext(), Priority.ASK).lines
    thread.join()
    assert pages[0].lines
    assert stage.heard() == ["recognise", "pause", "cancel", "resume", "recognise", "recognise"]


def test_absent_models_are_named_before_anything_is_started(tmp_path, arbiter):
    ocr = LocalOcr(arbiter, models=lambda: tmp_path / "nowhere")
    assert isinstance(ocr.fault(), ModelMissing)
    with pytest.raises(ModelMissing):
        ocr.recognise(BLANK, JobContext())
    assert ocr.pid is None


def test_models_of_another_size_are_damaged(tmp_path, arbiter):
    for name in ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx", "ch_ppocr_mobile_v2.0_cls_mobile.onnx"):
        (tmp_path / name).write_bytes(b"cut short")
    assert isinstance(LocalOcr(arbiter, models=lambda: tmp_path).fault(), ModelDamaged)


def test_a_closed_one_reads_nothing_more(stage):
    stage.ocr.close()
    with pytest.raises(LoadFailed):
        stage.ocr.recognise(BLANK, JobContext())


def test_resting_ends_the_process_and_the_next_page_starts_another(stage):
    stage.ocr.recognise(BLANK, JobContext())
    first = stage.ocr.pid
    stage.ocr.rest()
    assert stage.ocr.pid is None
    stage.ocr.recognise(BLANK, JobContext())
    assert stage.ocr.pid != first


@pytest.mark.parametrize("picture", [PagePicture(4, 2, b"short"), PagePicture(0, 2, b"")])
def test_a_picture_that_is_not_what_it_says_is_refused(stage, picture):
    with pytest.raises(ValueError, match="picture"):
        stage.ocr.recognise(picture, JobContext())


def sheet(*, turn: int = 0, seal: bool = False) -> PagePicture:
    """A drawn page: three lines of writing, a ruled table of two rows, perhaps a stamp; turned clockwise."""
    page = Image.new("RGB", (800, 1000), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=30)
    for k, text in enumerate(("ANNUAL REPORT OF THE COMPANY", "Operating revenue and costs", "Total assets 2019")):
        draw.text((80, 80 + 70 * k), text, "black", font)
    for y in (400, 460, 520):
        draw.line((80, y, 720, y), "black", 2)
    for x in (80, 400, 720):
        draw.line((x, 400, x, 520), "black", 2)
    for y, left, right in ((412, "Cash", "1,234.56"), (472, "Loans", "98,765.43")):
        draw.text((100, y), left, "black", font)
        draw.text((480, y), right, "black", font)
    if seal:
        draw.ellipse((480, 700, 680, 900), outline=(210, 20, 30), width=8)
        draw.regular_polygon((580, 800, 40), 5, fill=(210, 20, 30))
    pixels = np.ascontiguousarray(np.rot90(np.asarray(page), -turn // 90))
    return PagePicture(pixels.shape[1], pixels.shape[0], pixels.tobytes())


@pytest.fixture(scope="module")
def real():
    ocr = LocalOcr(ComputeArbiter())
    yield ocr
    ocr.close()


@pytest.mark.engine
def test_the_real_models_read_a_page_with_its_table_and_stamp(real):
    page = real.recognise(sheet(seal=True), JobContext())
    words = " ".join(line.text for line in page.lines)
    assert all(text in words for text in ("ANNUAL REPORT", "Total assets 2019", "1,234.56", "98,765.43"))
    assert page.turn == 0
    assert sum(abs(s[3] - s[1]) < 3 and s[2] - s[0] > 600 for s in page.strokes) == 3
    assert sum(abs(s[2] - s[0]) < 3 and s[3] - s[1] > 100 for s in page.strokes) == 3
    (seal,) = page.seals
    assert seal == pytest.approx((480, 700, 680, 900), abs=12)


@pytest.mark.engine
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_real_models_find_how_a_page_is_turned(real, turn):
    picture = sheet(turn=turn)
    page = real.recognise(picture, JobContext())
    assert page.turn == turn
    (line,) = [line for line in page.lines if "Operating" in line.text]
    upright = {90: (1000 - 165, 80), 180: (800 - 80, 1000 - 165), 270: (165, 800 - 80)}[turn]
    assert line.quad[0] == pytest.approx(upright, abs=45)


@pytest.mark.engine
def test_characters_stand_where_they_are_on_the_page(real):
    page = real.recognise(sheet(), JobContext())
    (line,) = [line for line in page.lines if line.text.startswith("Total")]
    font = ImageFont.load_default(size=30)
    left, right = line.quad[0][0], line.quad[1][0]
    at = left + (right - left) * line.edges[line.text.index("2019")]
    assert at == pytest.approx(80 + font.getlength("Total assets "), abs=10)


@pytest.mark.engine
def test_a_blank_page_has_nothing_on_it(real):
    page = real.recognise(PagePicture(300, 400, b"\xff" * 360_000), JobContext())
    assert page.lines == ()
    assert page.seals == ()


def contract(*, signed: bool, printed: str = "") -> tuple[np.ndarray, list[Line]]:
    """The foot of a contract with its label, a ruled line and a stamp; what was recognised on it."""
    page = Image.new("RGB", (900, 400), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 100, 330, 130), outline="black")
    draw.line((345, 140, 700, 140), "black", 2)
    draw.ellipse((560, 220, 700, 360), outline=(210, 20, 30), width=8)
    lines = [Line("法定代表人（签字）：", 0.98, quad(60, 100, 340, 130), [k / 10 for k in range(11)])]
    if signed:
        points = [(360 + 12 * k, 118 + (22 if k % 2 else -20) * (1 - k / 24)) for k in range(16)]
        draw.line(points, (30, 40, 120), 4)
    if printed:
        draw.text((360, 95), printed, "black", ImageFont.load_default(size=30))
        edges = [k / len(printed) for k in range(len(printed) + 1)]
        lines.append(Line(printed, 0.99, quad(355, 92, 560, 134), edges))
    return np.asarray(page), lines


def quad(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


def test_a_signature_is_ink_without_words_behind_its_label():
    (box,) = signatures_of(*contract(signed=True))
    assert box == pytest.approx([360, 98, 540, 140], abs=14)


@pytest.mark.parametrize("printed", ["", "WANG XIAOMING"])
def test_an_empty_line_a_stamp_and_a_printed_name_are_no_signatures(printed):
    assert signatures_of(*contract(signed=False, printed=printed)) == []


@pytest.mark.parametrize("text", ["法定代表人", "签字会计师姓名"])
def test_without_a_label_nothing_is_taken_for_a_signature(text):
    picture, _ = contract(signed=True)
    edges = [k / len(text) for k in range(len(text) + 1)]
    assert signatures_of(picture, [Line(text, 0.98, quad(60, 100, 340, 130), edges)]) == []


@pytest.mark.parametrize("line", ["借款人（签字）：", "签名章：", "经办人签字", "Authorised signature:", "Signed by :"])
def test_the_words_that_ask_for_a_signature_are_known(line):
    assert label_pattern().search(line)


@pytest.mark.parametrize("line", ["签字会计师", "合同签署日期", "Signed in 2024"])
def test_words_that_only_mention_signing_ask_for_none(line):
    assert not label_pattern().search(line)
