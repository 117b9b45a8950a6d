import threading

import pytest

from workbench.errors import Cancelled
from workbench.jobs import ComputeArbiter, JobContext, Priority


def _started(target):
    thread = threading.Thread(target=target)
    thread.start()
    return thread


def _wait_until_waiting(arbiter, priority):
    """Spin until somebody with a claim before ``priority`` waits; bounded by the test's own deadline."""
    done = threading.Event()
    for _ in range(2000):
        if arbiter.waiting_before(priority):
            return
        done.wait(0.005)
    pytest.fail("nobody came to wait")


def test_a_cancelled_job_raises_at_its_next_check():
    job = JobContext()
    job.check()
    job.cancel()
    with pytest.raises(Cancelled):
        job.check()


def test_listeners_hear_of_a_cancel_once_and_at_once_when_late():
    job, heard = JobContext(), []
    with job.on_cancel(lambda: heard.append("early")):
        job.cancel()
        job.cancel()
    with job.on_cancel(lambda: heard.append("late")):
        pass
    assert heard == ["early", "late"]


def test_progress_always_tells_the_end():
    told = []
    job = JobContext(lambda done, total, text: told.append((done, total, text)))
    for done in range(1, 101):
        job.progress(done, 100, "page")
    assert told[-1] == (100, 100, "page")
    assert len(told) < 100


def test_a_question_goes_before_a_draft_and_an_import():
    arbiter, order = ComputeArbiter(), []
    first = JobContext()
    arbiter.acquire(Priority.OCR, first)

    def work(priority):
        with arbiter.turn(priority, JobContext()):
            order.append(priority)

    threads = [_started(lambda p=p: work(p)) for p in (Priority.EMBED, Priority.DRAFT, Priority.ASK)]
    _wait_until_waiting(arbiter, Priority.DRAFT)
    while not (arbiter.waiting_before(Priority.EMBED) and len(arbiter._waiting) == 3):
        threading.Event().wait(0.005)
    arbiter.release()
    for thread in threads:
        thread.join()
    assert order == [Priority.ASK, Priority.DRAFT, Priority.EMBED]


def test_a_long_import_gives_way_between_two_batches():
    arbiter, order = ComputeArbiter(), []
    holding = threading.Event()

    def embed():
        with arbiter.turn(Priority.EMBED, JobContext()) as turn:
            order.append("batch 1")
            holding.set()
            _wait_until_waiting(arbiter, Priority.EMBED)
            turn.breathe()
            order.append("batch 2")

    embedding = _started(embed)
    holding.wait()
    with arbiter.turn(Priority.ASK, JobContext()):
        order.append("question")
    embedding.join()
    assert order == ["batch 1", "question", "batch 2"]


def test_a_cancelled_job_stops_waiting_and_leaves_the_turn_to_others():
    arbiter, job, outcome = ComputeArbiter(), JobContext(), []
    arbiter.acquire(Priority.ASK, JobContext())

    def wait():
        try:
            with arbiter.turn(Priority.ASK, job):
                outcome.append("ran")
        except Cancelled:
            outcome.append("cancelled")

    thread = _started(wait)
    _wait_until_waiting(arbiter, Priority.DRAFT)
    job.cancel()
    thread.join()
    arbiter.release()
    with arbiter.turn(Priority.EMBED, JobContext()):
        outcome.append("next")
    assert outcome == ["cancelled", "next"]


def test_cancelling_while_giving_way_does_not_release_another_jobs_turn():
    arbiter, job, outcome = ComputeArbiter(), JobContext(), []
    holding, asked, finish = threading.Event(), threading.Event(), threading.Event()

    def draft():
        try:
            with arbiter.turn(Priority.DRAFT, job) as turn:
                holding.set()
                _wait_until_waiting(arbiter, Priority.DRAFT)
                turn.breathe()
        except Cancelled:
            outcome.append("draft cancelled")

    def ask():
        with arbiter.turn(Priority.ASK, JobContext()):
            asked.set()
            finish.wait()
            outcome.append("question done")

    drafting = _started(draft)
    holding.wait()
    asking = _started(ask)
    asked.wait()
    job.cancel()
    drafting.join()
    assert arbiter._busy
    finish.set()
    asking.join()
    assert outcome == ["draft cancelled", "question done"]
