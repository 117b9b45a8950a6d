import math

import numpy as np
import pytest

from workbench.inference.choices import END, forks, mass, probabilities


def logits(**chances: float) -> np.ndarray:
    """Logits over ten tokens with the given chances, the rest next to nothing."""
    values = np.full(10, -30.0, dtype=np.float32)
    for name, chance in chances.items():
        values[int(name[1:])] = math.log(chance)
    return values


def test_labels_that_part_at_once_are_read_from_one_set_of_logits() -> None:
    labels = [(1,), (2, 5)]
    assert forks(labels) == {(): (1, 2)}
    found = probabilities(labels, {(): logits(t1=0.1, t2=0.3, t7=0.6)}, lambda token: token == 9)
    assert found == pytest.approx([0.25, 0.75])
    assert mass([1, 2], logits(t1=0.1, t2=0.3, t7=0.6)) == pytest.approx(0.4)


def test_labels_that_begin_alike_part_later() -> None:
    labels = [(1, 2), (1, 3), (4,)]
    assert forks(labels) == {(): (1, 4), (1,): (2, 3)}
    found = probabilities(labels, {(): logits(t1=0.6, t4=0.4), (1,): logits(t2=0.9, t3=0.1)}, lambda token: token == 9)
    assert found == pytest.approx([0.54, 0.06, 0.4])


def test_a_label_that_begins_another_is_chosen_by_the_answers_end() -> None:
    labels = [(1,), (1, 2)]
    assert forks(labels) == {(1,): (END, 2)}
    found = probabilities(labels, {(1,): logits(t2=0.2, t9=0.6)}, lambda token: token == 9)
    assert found == pytest.approx([0.75, 0.25])


def test_probabilities_add_up_to_one_whatever_the_tree() -> None:
    random = np.random.default_rng(3)
    labels = [(1,), (1, 2), (1, 2, 3), (1, 4), (5,), (6, 1), (6, 2, 2)]
    after = {path: random.normal(size=10).astype(np.float32) for path in forks(labels)}
    found = probabilities(labels, after, lambda token: token == 9)
    assert sum(found) == pytest.approx(1.0)
    assert min(found) > 0
