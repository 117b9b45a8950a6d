from workbench.inference.machine import default_threads, physical_cores, thread_candidates
from workbench.inference.threads import ThreadTuner, measured_threads


class Clocks:
    """Two clocks that advance as told."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0

    def spend(self, tuner: ThreadTuner, seconds: float, processors: float) -> None:
        with tuner.watch():
            self.wall += seconds
            self.processor += seconds * processors


def tuner_of(clocks: Clocks, most: int = 2) -> tuple[ThreadTuner, list[int]]:
    used: list[int] = []
    return ThreadTuner(most, used.append, (lambda: clocks.wall, lambda: clocks.processor)), used


def test_undisturbed_threads_stay() -> None:
    clocks = Clocks()
    tuner, used = tuner_of(clocks)
    for _ in range(20):
        clocks.spend(tuner, 0.1, 1.95)
    assert (tuner.threads, used) == (2, [])


def test_threads_that_must_share_a_core_become_fewer_and_are_tried_again_later() -> None:
    clocks = Clocks()
    tuner, used = tuner_of(clocks)
    clocks.spend(tuner, 0.2, 1.2)
    assert used == [1]
    clocks.spend(tuner, 1.0, 1.0)
    assert tuner.threads == 1
    clocks.wall += 5
    clocks.spend(tuner, 0.2, 1.9)
    assert used == [1, 2]


def test_a_slow_attempt_is_not_repeated_soon() -> None:
    clocks = Clocks()
    tuner, used = tuner_of(clocks)
    clocks.spend(tuner, 20.0, 1.0)
    clocks.wall += 150
    clocks.spend(tuner, 1.0, 1.0)
    assert used == [1]
    clocks.wall += 60
    clocks.spend(tuner, 1.0, 1.0)
    assert used == [1, 2, 1]


def test_a_single_thread_is_never_taken_away() -> None:
    clocks = Clocks()
    tuner, used = tuner_of(clocks, most=1)
    clocks.spend(tuner, 5.0, 0.1)
    assert (tuner.threads, used) == (1, [])


def test_the_machine_has_at_least_one_core_and_as_many_threads() -> None:
    assert 1 <= default_threads() <= physical_cores()


def test_the_number_of_threads_that_computes_fastest_is_taken() -> None:
    assert measured_threads((2, 3, 4), {2: 2.0, 3: 1.2, 4: 1.5}.__getitem__) == 3


def test_one_more_thread_must_be_clearly_faster() -> None:
    assert measured_threads((1, 2), {1: 1.0, 2: 0.98}.__getitem__) == 1
    assert measured_threads((1, 2), {1: 1.0, 2: 0.6}.__getitem__) == 2


def test_a_single_slow_moment_does_not_decide() -> None:
    times = {1: [1.0, 1.0], 2: [9.0, 0.6]}
    assert measured_threads((1, 2), lambda threads: times[threads].pop(0)) == 2


def test_candidates_are_few_and_never_more_than_the_cores() -> None:
    assert 1 <= len(thread_candidates()) <= 3
    assert max(thread_candidates()) == physical_cores()
