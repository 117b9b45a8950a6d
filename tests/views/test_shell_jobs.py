"""The job runner: every result arrives, on the UI thread, and nothing outlives the window."""

import threading
import weakref
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workbench.errors import LibraryError, WorkbenchError
from workbench.jobs import JobContext
from workbench.views.job_runner import JobRunner, JobState, Lane


@dataclass(frozen=True)
class Changed:
    cases: frozenset[str]
    documents: frozenset[str]


def test_every_one_of_many_fast_results_arrives_on_the_ui_thread(runner, qtbot):
    owner, got = QObject(), []
    here = threading.get_ident()
    for number in range(2000):
        runner.start(Lane.IO, lambda _job, n=number: n, owner, lambda n: got.append((n, threading.get_ident())))
    qtbot.waitUntil(lambda: len(got) == 2000)
    assert sorted(n for n, _ in got) == list(range(2000))
    assert {thread for _, thread in got} == {here}


def test_values_told_on_the_way_come_in_order_and_before_the_result(runner, qtbot):
    owner, got = QObject(), []

    def work(job):
        for number in range(500):
            job.tell(number)
        return "end"

    runner.start(Lane.ENGINE, work, owner, got.append, on_event=got.append)
    qtbot.waitUntil(lambda: "end" in got)
    assert got == [*range(500), "end"]


def test_the_store_works_on_one_thing_at_a_time(runner, qtbot):
    owner, done, inside, most = QObject(), [], [0], [0]
    lock = threading.Lock()

    def work(job):
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        job.wait(0.002)
        with lock:
            inside[0] -= 1

    for _ in range(20):
        runner.start(Lane.STORE, work, owner, lambda _none: done.append(1))
    qtbot.waitUntil(lambda: len(done) == 20)
    assert most == [1]


def test_a_question_overtakes_a_long_import_in_the_same_lane(runner, qtbot):
    owner, answered = QObject(), []
    long = runner.start(Lane.ENGINE, lambda job: job.wait(3600), owner)
    runner.start(Lane.ENGINE, lambda _job: "answer", owner, answered.append)
    qtbot.waitUntil(lambda: answered == ["answer"])
    assert not long.over


def test_callbacks_are_dropped_once_their_owner_is_gone(runner, qtbot):
    gate, got, other = threading.Event(), [], QObject()
    owner = QWidget()
    runner.start(Lane.IO, lambda _job: gate.wait(), owner, got.append)
    owner.deleteLater()
    qtbot.waitUntil(lambda: not _valid(owner))
    gate.set()
    ended = []
    runner.start(Lane.IO, lambda _job: 1, other, ended.append)
    runner.stop_all(lambda: ended.append("idle"))
    qtbot.waitUntil(lambda: "idle" in ended)
    assert got == []


def test_after_cancel_only_on_cancel_is_called(runner, qtbot):
    owner, got = QObject(), []
    begun = threading.Event()

    def work(job):
        begun.set()
        job.wait(3600)
        return "late"

    handle = runner.start(Lane.IO, work, owner, got.append, got.append, on_cancel=lambda: got.append("cancelled"))
    begun.wait()
    handle.cancel()
    idle = []
    runner.stop_all(lambda: idle.append(1))
    qtbot.waitUntil(lambda: bool(idle))
    assert got == ["cancelled"]
    assert handle.state is JobState.CANCELLED


def test_an_error_reaches_its_taker_else_the_window(runner, qtbot):
    owner, taken, untaken = QObject(), [], []
    runner.unhandled = untaken.append

    def fail(_job):
        raise LibraryError("坏了", "重试")

    runner.start(Lane.STORE, fail, owner, on_error=taken.append)
    runner.start(Lane.STORE, fail, owner)
    qtbot.waitUntil(lambda: bool(taken and untaken))
    assert taken[0].hint == untaken[0].hint == "重试"


def test_a_bug_is_reported_and_the_pane_gets_words_it_can_show(runner, qtbot):
    owner, taken, bugs = QObject(), [], []
    runner.on_bug = bugs.append

    def fail(_job):
        raise ZeroDivisionError

    runner.start(Lane.IO, fail, owner, on_error=taken.append)
    qtbot.waitUntil(lambda: bool(taken))
    assert isinstance(bugs[0], ZeroDivisionError)
    assert isinstance(taken[0], WorkbenchError)
    assert "ZeroDivisionError" in taken[0].detail


def test_a_paused_job_begins_again_and_never_runs_twice_at_once(runner, qtbot):
    owner, runs, inside, most, done = QObject(), [], [0], [0], []

    def work(job):
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        runs.append(1)
        while len(runs) == 1 and not job.cancelled:
            job.wait(0.001)
        inside[0] -= 1
        job.check()
        return "done"

    handle = runner.start(Lane.IO, work, owner, done.append, title="导入", pausable=True)
    qtbot.waitUntil(lambda: len(runs) == 1)
    handle.pause()
    assert handle.state is JobState.PAUSED
    assert runner.jobs() == (handle,)
    handle.resume()
    qtbot.waitUntil(lambda: done == ["done"])
    assert most == [1]
    assert runner.jobs() == ()


def test_changes_are_broadcast_whether_returned_or_published(runner, qtbot):
    owner, seen = QObject(), []
    runner.on_changes(owner, seen.append)
    change = Changed(frozenset({"c"}), frozenset())
    runner.start(Lane.STORE, lambda _job: change, owner)
    runner.start(Lane.IO, lambda _job: runner.publish(Changed(frozenset(), frozenset({"d"}))), owner)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert change in seen


def test_shutdown_during_work_cancels_joins_and_delivers_nothing_more(qapp):
    runner, owner, got = JobRunner(), QObject(), []
    begun = threading.Event()

    def work(job: JobContext):
        begun.set()
        job.wait(3600)
        job.check()

    for lane in Lane:
        runner.start(lane, work, owner, got.append, on_cancel=lambda: got.append("cancelled"), title="生成")
        runner.start(lane, work, owner, got.append)
    begun.wait()
    assert runner.shutdown()
    qapp.processEvents()
    assert got == []
    assert not [t for t in threading.enumerate() if t.name.startswith(tuple(Lane))]
    assert runner.start(Lane.IO, work, owner).state is JobState.CANCELLED


def test_what_a_job_captured_is_let_go_on_the_ui_thread(runner, qtbot):
    class Captured:
        def __del__(self):
            freed.append(threading.get_ident())

    freed, done, owner = [], [], QObject()

    def start():
        captured = Captured()
        runner.start(Lane.IO, lambda _job: captured and None, owner, done.append)

    for _ in range(50):
        start()
    qtbot.waitUntil(lambda: len(freed) == 50)
    assert set(freed) == {threading.get_ident()}


def test_the_runner_keeps_no_owner_alive(runner, qtbot):
    owner = QObject()
    gone, done = weakref.ref(owner), []
    runner.watch(owner, lambda: None)
    runner.start(Lane.IO, lambda _job: 1, owner, done.append)
    qtbot.waitUntil(lambda: done == [1])
    del owner
    assert gone() is None


@pytest.mark.parametrize("lane", list(Lane))
def test_progress_is_shown_in_the_job_list_until_the_job_is_over(runner, qtbot, lane):
    owner, gate, heard = QObject(), threading.Event(), []

    def work(job):
        job.progress(3, 12, "审计报告.pdf")
        gate.wait()

    runner.watch(owner, lambda: heard.append(1))
    handle = runner.start(lane, work, owner, title="导入")
    qtbot.waitUntil(lambda: handle.done == 3)
    assert (handle.total, handle.text, handle.state) == (12, "审计报告.pdf", JobState.RUNNING)
    gate.set()
    qtbot.waitUntil(lambda: handle.over)
    assert runner.jobs() == ()
    assert heard


def _valid(thing):
    import shiboken6

    return shiboken6.isValid(thing)
