"""Reading behind limits: whatever the worker does, the program goes on."""

import sys
import threading

import pytest

from workbench.errors import Cancelled, DamagedDocument, DocumentTimedOut, DocumentTooLarge, EncryptedDocument
from workbench.i18n import language, set_language
from workbench.jobs import JobContext
from workbench.models.documents.cage import CagedReader, CageLimits
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_file

_PREAMBLE = """
import sys, json
from workbench.models.documents import reader_process as r
from workbench.models.documents.cage import PROGRESS, send
real = r.read_origin
def fake(origin, name, **options):
    if name.startswith('bad'):
        {fault}
    return real(origin, name, **options)
r.read_origin = fake
r.main()
"""


def faulty(fault: str) -> list[str]:
    """A worker that misbehaves on files whose name begins with ``bad``."""
    return [sys.executable, "-c", _PREAMBLE.format(fault=fault)]


@pytest.fixture
def caged():
    readers: list[CagedReader] = []

    def make(limits: CageLimits | None = None, **options) -> CagedReader:
        readers.append(CagedReader(limits, **options))
        return readers[-1]

    yield make
    for reader in readers:
        reader.close()


def test_a_file_read_in_the_cage_is_the_same_document(caged, make_pdf, page, write):
    reader = caged()
    path = make_pdf(page().text(80, 100, "内容在此。"))
    assert reader.read(path) == read_file(path)
    lines = write("a.jsonl", '{"id": "a", "text": "甲"}\n{"id": "b", "text": "乙"}\n')
    assert reader.read(lines) == read_file(lines)


def test_refusals_come_through_with_their_kind_and_in_the_language_in_use(caged, write):
    before = language()
    reader = caged()
    try:
        said = {}
        for name in ("zh", "en"):
            set_language(name)
            with pytest.raises(EncryptedDocument) as caught:
                reader.read(
                    write("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
                )
            said[name] = caught.value.message
    finally:
        set_language(before)
    assert said["zh"] != said["en"]


@pytest.mark.parametrize(
    "fault",
    [
        "import os; os.abort()",
        "import ctypes; ctypes.string_at(0)",
        "raise SystemExit(3)",
        "raise ValueError('x')",
        "1/0",
    ],
)
def test_a_crash_is_a_damaged_document_and_the_next_file_is_read(caged, write, fault):
    reader = caged(command=faulty(fault))
    with pytest.raises(DamagedDocument):
        reader.read(write("bad.txt", "内容"))
    assert reader.read(write("good.txt", "内容")) == read_file(write("good.txt", "内容"))


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_a_file_that_takes_too_much_memory_is_too_large(caged, write):
    reader = caged(CageLimits(memory=1 << 30), command=faulty("b = bytearray(2 << 30)"))
    with pytest.raises(DocumentTooLarge):
        reader.read(write("bad.txt", "内容"))
    assert reader.read(write("good.txt", "内容"))


_WITHOUT_THE_SYSTEMS_LIMIT = "r.confine = lambda memory: None\n"
"""As on macOS: nothing but the program's own watch holds the worker."""
_BLOATED = "held = b'x' * (400 << 20); __import__('threading').Event().wait()"


def unconfined(fault: str) -> list[str]:
    """A misbehaving worker whose memory the system does not limit."""
    python, option, script = faulty(fault)
    return [python, option, script.replace("r.main()", _WITHOUT_THE_SYSTEMS_LIMIT + "r.main()")]


def test_a_worker_that_swells_is_ended_where_the_system_holds_no_limit(caged, write):
    reader = caged(CageLimits(memory=300 << 20, stall=600, whole=600), command=unconfined(_BLOATED))
    with pytest.raises(DocumentTooLarge) as caught:
        reader.read(write("bad.txt", "内容"))
    assert "300" in caught.value.message
    assert reader.read(write("good.txt", "内容"))


def test_pages_read_before_the_worker_swelled_are_kept(caged, make_pdf, page):
    swell = _PAGES.format(fault=_BLOATED)
    path = make_pdf(*[page().text(80, 100, f"第{n}页的内容。") for n in range(1, 5)], name="bad.pdf")
    limits = CageLimits(memory=300 << 20, stall=600, whole=600)
    document = caged(limits, command=unconfined(f"exec({swell!r}, dict(options=options))")).read(path)
    assert isinstance(document, Document)
    assert [b.text for b in document.blocks] == ["第1页的内容。", "第2页的内容。"]
    assert document.partial
    assert "3" in document.notes[-1]


def test_a_worker_left_large_by_one_file_does_not_read_the_next(caged, write):
    kept = unconfined("r.held = b'x' * (200 << 20)")
    reader = caged(CageLimits(memory=300 << 20, stall=600, whole=600), command=kept)
    reader.read(write("bad.txt", "内容"))
    swollen = reader._worker
    assert reader.read(write("good.txt", "内容"))
    assert reader._worker is not swollen


@pytest.mark.parametrize("reach", ["import socket; socket.socket()", "import subprocess; subprocess.run(['true'])"])
def test_the_worker_reaches_neither_network_nor_other_programs(caged, write, reach):
    with pytest.raises(DamagedDocument) as caught:
        caged(command=faulty(reach)).read(write("bad.txt", "内容"))
    assert "PermissionError" in caught.value.detail


def test_the_worker_knows_no_secret_of_the_program(caged, write, monkeypatch):
    monkeypatch.setenv("INKSTONE_PASSPHRASE", "geheim")
    told = faulty("import os; raise ValueError(sorted(k for k in os.environ if k.startswith('INKSTONE_')))")
    with pytest.raises(DamagedDocument) as caught:
        caged(command=told).read(write("bad.txt", "内容"))
    assert "INKSTONE_CAGE_MEMORY" in caught.value.detail
    assert "PASSPHRASE" not in caught.value.detail


def test_a_hang_is_ended_and_told(caged, write):
    reader = caged(CageLimits(stall=0.5), command=faulty("import threading; threading.Event().wait()"))
    with pytest.raises(DocumentTimedOut):
        reader.read(write("bad.txt", "内容"))


def test_output_beyond_the_limit_is_refused(caged, write):
    reader = caged(CageLimits(output=100))
    with pytest.raises(DocumentTooLarge):
        reader.read(write("a.jsonl", "\n".join(f'{{"id": "{n}", "text": "内容{n}"}}' for n in range(50))))


def test_noise_on_the_output_does_not_disturb(caged, write):
    reader = caged(command=faulty("print('noise', flush=True); import os; os.write(1, b'more')"))
    assert reader.read(write("bad.txt", "内容")) == read_file(write("bad.txt", "内容"))


def test_cancelling_ends_the_worker_at_once(caged, write):
    reader = caged(command=faulty("r_out = None; import threading; threading.Event().wait()"))
    job = JobContext()
    caught: list[BaseException] = []

    def read() -> None:
        try:
            reader.read(write("bad.txt", "内容"), job=job)
        except Cancelled as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    job.cancel()
    thread.join()
    assert len(caught) == 1


def test_the_worker_serves_many_files_and_is_then_replaced(caged, write):
    reader = caged(CageLimits(files=2))
    path = write("a.txt", "内容")
    workers = []
    for _ in range(3):
        reader.read(path)
        workers.append(reader._worker)
    assert workers[0] is not None
    assert workers[1] is None
    assert workers[2] is not workers[0]


def test_the_worker_ends_with_its_input(caged, write):
    reader = caged()
    reader.read(write("a.txt", "内容"))
    worker = reader._worker
    assert worker is not None
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(timeout=60) == 0


def test_progress_of_pages_comes_through(caged, make_pdf, page):
    told: list[tuple[int, int]] = []
    path = make_pdf(*[page().text(80, 100, "内容。")] * 4)
    caged().read(path, job=JobContext(lambda done, total, _: told.append((done, total))))
    assert told[-1] == (4, 4)


_PAGES = """
import os, threading
if options["limits"].stop_after is None:
    options["on_kind"]("pdf")
    for done in (1, 2):
        options["job"]._last = 0
        options["job"].progress(done, 4)
    {fault}
"""


@pytest.mark.parametrize(
    "fault", ["os.abort()", "threading.Event().wait()", "raise MemoryError", "raise ValueError('page 3')"]
)
def test_pages_read_before_a_crash_a_hang_or_a_limit_are_kept(caged, make_pdf, page, fault):
    told = f"exec({_PAGES.format(fault=fault)!r}, dict(options=options))"
    path = make_pdf(*[page().text(80, 100, f"第{n}页的内容。") for n in range(1, 5)], name="bad.pdf")
    reader = caged(command=faulty(told))

    class Impatient(JobContext):
        """Waits for the third page only a moment, for all else as long as ever."""

        def progress(self, done: int, total: int, text: str = "") -> None:
            reader._limits = CageLimits(stall=0.5) if done == 1 else CageLimits(stall=600)

    document = reader.read(path, job=Impatient())
    assert isinstance(document, Document)
    assert [b.text for b in document.blocks] == ["第1页的内容。", "第2页的内容。"]
    assert document.partial
    assert "3" in document.notes[-1]


_FORM = """
if options["limits"].forms:
    import threading
    options["on_kind"]("pdf")
    for _ in range(2):
        options["job"]._last = 0
        options["job"].progress(0, 1)
    threading.Event().wait()
"""


def test_a_pdf_over_whose_form_the_reader_hangs_is_read_without_it(caged, make_pdf, page):
    path = make_pdf(page().text(80, 100, "页面上的内容。"), name="bad.pdf")
    reader = caged(command=faulty(f"exec({_FORM!r}, dict(options=options))"))
    heard = []

    class Impatient(JobContext):
        """Waits for the form only a moment, for all else as long as ever."""

        def progress(self, done: int, total: int, text: str = "") -> None:
            heard.append(done)
            reader._limits = CageLimits(stall=0.5) if len(heard) == 1 else CageLimits(stall=600, whole=600)

    document = reader.read(path, job=Impatient())
    assert isinstance(document, Document)
    assert [b.text for b in document.blocks] == ["页面上的内容。"]
    assert document.partial
    assert len(document.notes) == 1


def test_a_pdf_whose_form_never_opens_is_given_up_early_and_read_without_it(caged, make_pdf, page):
    path = make_pdf(page().text(80, 100, "页面上的内容。"), name="bad.pdf")
    hang = "if options['limits'].forms: options['on_kind']('pdf'); __import__('threading').Event().wait()"
    reader = caged(
        CageLimits(opening=0.5, stall=600, whole=600), command=faulty(f"exec({hang!r}, dict(options=options))")
    )
    document = reader.read(path)
    assert isinstance(document, Document)
    assert [b.text for b in document.blocks] == ["页面上的内容。"]
    assert document.partial


def test_every_page_is_told_however_fast_they_come(caged, make_pdf, page):
    told: list[tuple[int, int]] = []

    class Listening(JobContext):
        """Hears everything."""

        def progress(self, done: int, total: int, text: str = "") -> None:
            told.append((done, total))

    caged().read(make_pdf(*[page().text(80, 100, "内容。")] * 6), job=Listening())
    assert told == [(done, 6) for done in range(7)]


def test_a_file_that_fails_on_its_first_page_is_refused(caged, make_pdf, page):
    path = make_pdf(page().text(80, 100, "内容。"), name="bad.pdf")
    with pytest.raises(DamagedDocument):
        caged(command=faulty("options['on_kind']('pdf'); raise ValueError")).read(path)


def test_a_file_in_memory_is_read_like_one_on_disk(caged, make_pdf, page):
    reader = caged()
    path = make_pdf(page().text(80, 100, "内容在此。"))
    assert reader.read_bytes(path.name, path.read_bytes()) == read_file(path)


def test_a_file_in_memory_reaches_no_disk(caged, write):
    told = "event == 'open' and isinstance(given[1], str) and 'w' in given[1] and os._exit(1)"
    spy = f"import os; sys.addaudithook(lambda event, given: {told})"
    assert caged(command=faulty(spy)).read_bytes("bad.txt", "内容".encode())


def test_an_old_format_is_converted_outside_and_read_inside(caged, write, monkeypatch):
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        words = "<w:p><w:r><w:t>旧合同。</w:t></w:r></w:p>"
        archive.writestr("word/document.xml", f"<w:document {names}><w:body>{words}</w:body></w:document>")
    asked = []

    def converted(origin, kind, target, *, job):
        asked.append((origin.name, kind, target))
        return buffer.getvalue()

    monkeypatch.setattr("workbench.models.documents.cage.converted", converted)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le")
    document = caged().read(write("旧.doc", ole))
    assert asked == [("旧.doc", "doc", "docx")]
    assert (document.title, document.blocks[0].text) == ("旧", "旧合同。")
