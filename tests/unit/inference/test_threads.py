from workbench.inference.machine import default_threads, physical_cores
from workbench.inference.threads import ThreadTuner


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
