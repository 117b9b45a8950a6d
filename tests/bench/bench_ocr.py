"""Recognition measured on real scans: errors, places, speed, memory. Run by hand; see docs/performance.md.

python tests/bench/bench_ocr.py errors  SCAN.pdf TRUTH.txt     character errors against the truth text
python tests/bench/bench_ocr.py quotes  FILE.pdf [COUNT]       quote -> anchor -> crop -> recognised again
python tests/bench/bench_ocr.py speed   SCAN.pdf [PAGES]       pages a minute beside bare rapidocr, one run
"""

import os
import random
import re
import statistics
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from workbench.inference.api import OcrPage, PagePicture
from workbench.inference.ocr import LocalOcr
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.document import BlockKind, Document, PageLine
from workbench.models.documents.ocr import with_recognised
from workbench.models.documents.ocr_pictures import CagedPictures, picture_scale
from workbench.models.documents.pdf import read_pdf
from workbench.models.evidence import Anchor, PageSpan

_SEED = 20261122
_LENGTHS = (6, 40)
_PAD = 0.5
_CROP_SCALE = 3.0


def plain(text: str) -> str:
    """Text without blanks and dots that lead to a page number, full-width forms folded."""
    return re.sub(r"[.．…·。]{2,}", "", re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))


def distance(a: str, b: str) -> int:
    """Edits from one text to the other."""
    if not b:
        return len(a)
    codes = np.array([ord(c) for c in b])
    steps = np.arange(len(b) + 1)
    row = steps
    for count, char in enumerate(a, start=1):
        kept = np.minimum(row[:-1] + (codes != ord(char)), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate([[count], kept]) - steps) + steps
    return int(row[-1])


def recognised(path: Path, ocr: LocalOcr) -> Document:
    """The document with everything read from its pictures."""
    document = read_pdf(path, path.stem, password=None, job=JobContext(), scans=True)
    seen: dict[int, OcrPage] = {}
    with CagedPictures(path.read_bytes(), "pdf") as pictures:
        for number, page in enumerate(document.pages, start=1):
            if page.needs_ocr:
                seen[number] = ocr.recognise(pictures.page(number, picture_scale(page), JobContext()), JobContext())
    return with_recognised(document, seen)


def segments(page: str) -> list[str]:
    """The stretches of a page of layout text: lines, cut at wide gaps; the longest first."""
    parts = (plain(part) for line in page.split("\n") for part in re.split(r"\s{2,}", line))
    return sorted((part for part in parts if part), key=len, reverse=True)


def errors_of(page: str, read: str) -> tuple[int, int]:
    """Edits, and characters, of the truth's stretches looked for in what was read, each place used once."""
    wrong = total = 0
    for part in segments(page):
        total += len(part)
        if part in read:
            read = read.replace(part, "\0", 1)
            continue
        best, at = len(part), -1
        for start in range(max(1, len(read) - len(part) + 1)):
            if (found := distance(part, read[start : start + len(part)])) < best:
                best, at = found, start
        wrong += best
        if at >= 0:
            read = read[:at] + "\0" + read[at + len(part) :]
    return wrong, total


def _on_page(document: Document, number: int) -> Iterator[str]:
    """What stands on a page, line by line: a table may begin on the page before."""
    for block in document.blocks:
        for run in block.runs:
            if isinstance(run.place, PageLine) and run.place.page == number:
                yield block.text[run.start : run.end]


def errors(scan: Path, truth: Path) -> None:
    """Character errors by page and in all. The order of a table's cells is not judged: layout text has another."""
    with_ocr = LocalOcr(ComputeArbiter())
    document = recognised(scan, with_ocr)
    with_ocr.close()
    wrong = total = 0
    for number, page in enumerate(truth.read_text(encoding="utf-8").split("\f"), start=1):
        read = plain("\n".join(_on_page(document, number)))
        edits, count = errors_of(page, read)
        wrong, total = wrong + edits, total + count
        if count:
            print(f"page {number}: {edits} of {count}")
    print(f"character error rate {wrong / max(total, 1):.4f} ({wrong} of {total})")


def quotes_of(document: Document, count: int) -> Iterator[tuple[str, Anchor]]:
    """Random stretches of the document's text with their anchors, each within one line or cell."""
    chooser = random.Random(_SEED)
    blocks = [b for b in document.blocks if b.kind not in (BlockKind.HEADER, BlockKind.FOOTER) and b.runs]
    weights = [len(b.text) for b in blocks]
    while count:
        block = chooser.choices(blocks, weights)[0]
        length = chooser.randint(*_LENGTHS)
        start = chooser.randrange(max(1, len(block.text) - length))
        quote = block.text[start : start + length]
        anchor = block.anchor(start, start + length)
        if anchor is None or "\t" in quote or "\n" in quote or len(plain(quote)) < 4 or "......" in quote:
            continue
        count -= 1
        yield quote, anchor


def cropped(picture: PagePicture, scale: float, box: tuple[float, float, float, float], base: float) -> PagePicture:
    """A box of the page (page units) as a picture on white, a little larger than the box."""
    pixels = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
    x0, y0, x1, y1 = box
    pad = _PAD * base
    left, top = max(0, int((x0 - pad) * scale)), max(0, int((y0 - pad) * scale))
    part = pixels[top : int((y1 + pad) * scale) + 1, left : int((x1 + pad) * scale) + 1]
    margin = 24
    field = np.full((part.shape[0] + 2 * margin, part.shape[1] + 2 * margin, 3), 255, np.uint8)
    field[margin:-margin, margin:-margin] = part
    return PagePicture(field.shape[1], field.shape[0], field.tobytes())


def quotes(path: Path, count: int) -> None:
    """How well quotes come back from the pictures of their anchors."""
    ocr = LocalOcr(ComputeArbiter())
    document = recognised(path, ocr)
    shares = []
    with CagedPictures(path.read_bytes(), "pdf") as pictures:
        for quote, anchor in quotes_of(document, count):
            back = ""
            for span in anchor.spans:
                assert isinstance(span, PageSpan)
                size = document.pages[span.page - 1]
                base = max(size.width / 595.0, 0.5)
                scale = _CROP_SCALE / base
                picture = pictures.page(span.page, scale, JobContext())
                for box in span.boxes:
                    page = ocr.recognise(cropped(picture, scale, box, base), JobContext())
                    back += "".join(line.text for line in sorted(page.lines, key=lambda line: line.quad[0][0]))
            wanted, found = plain(quote), plain(back)
            shares.append(1 - min(1.0, distance(wanted, found) / max(len(wanted), 1)))
            if shares[-1] < 1:
                print(f"{shares[-1]:.2f} {wanted!r} {found!r}")
    ocr.close()
    whole = sum(share == 1 for share in shares) / len(shares)
    print(f"{len(shares)} quotes: characters back {statistics.mean(shares):.4f}, whole quotes {whole:.3f}")


def speed(path: Path, count: int) -> None:
    """Seconds a page of ours (drawing, process and pipe included) and of bare rapidocr, page by page in turn."""
    from rapidocr import RapidOCR

    bare = RapidOCR(params={"Global.log_level": "error"})
    ocr = LocalOcr(ComputeArbiter())
    document = read_pdf(path, path.stem, password=None, job=JobContext(), scans=True)
    ours, theirs = [], []
    worked = bare_worked = 0.0
    with CagedPictures(path.read_bytes(), "pdf") as pictures:
        for number, page in list(enumerate(document.pages, start=1))[: count + 1]:
            spent, began = _processor_time(ocr.pid), time.perf_counter()
            picture = pictures.page(number, picture_scale(page), JobContext())
            drawn = time.perf_counter()
            ocr.recognise(picture, JobContext())
            done = time.perf_counter()
            worked, own = worked + _processor_time(ocr.pid) - spent, time.process_time()
            pixels = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)[:, :, ::-1]
            bare(np.ascontiguousarray(pixels))
            over = time.perf_counter()
            bare_worked += time.process_time() - own
            print(f"page {number}: ours {done - began:.2f} s (drawing {drawn - began:.2f}), bare {over - done:.2f} s")
            if number > 1:
                ours.append(done - began)
                theirs.append(over - done)
    status = Path(f"/proc/{ocr.pid}/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    ocr.close()
    print(f"ours {statistics.mean(ours):.2f} s a page, bare rapidocr {statistics.mean(theirs):.2f} s:", end=" ")
    print(f"processor time {worked:.1f} and {bare_worked:.1f} s in all;", end=" ")
    print(f"{sum(theirs) / sum(ours):.2f} of its speed; peak memory of the process {peak:.0f} MiB")


def _processor_time(pid: int | None) -> float:
    """Seconds of processor time a process has used; 0 before there is one."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run the measurement asked for."""
    what, path, *rest = sys.argv[1:]
    match what:
        case "errors":
            errors(Path(path), Path(rest[0]))
        case "quotes":
            quotes(Path(path), int(rest[0]) if rest else 200)
        case "speed":
            speed(Path(path), int(rest[0]) if rest else 9)


if __name__ == "__main__":
    main()
