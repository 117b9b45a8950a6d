import pytest

from workbench.inference.gpu import gpu_memory, layers_that_fit
from workbench.inference.llama import start_library

GIB = 1 << 30


def test_a_card_with_room_for_all_takes_all_layers_and_the_output() -> None:
    assert layers_that_fit(size=GIB, layers=28, memory_a_layer=8 << 20, free=8 * GIB) == 29


def test_a_small_card_takes_what_fits_beside_the_reserve() -> None:
    fitting = layers_that_fit(size=4 * GIB, layers=31, memory_a_layer=0, free=GIB + GIB // 2)
    assert fitting == 8
    assert layers_that_fit(size=4 * GIB, layers=31, memory_a_layer=128 << 20, free=GIB + GIB // 2) == 4


@pytest.mark.parametrize(("layers", "free"), [(28, 0), (28, 400 << 20), (0, 8 * GIB)])
def test_without_a_card_or_facts_nothing_is_given_away(layers: int, free: int) -> None:
    assert layers_that_fit(size=GIB, layers=layers, memory_a_layer=0, free=free) == 0


def test_memory_of_cards_is_told_by_the_build() -> None:
    start_library()
    assert gpu_memory() >= 0
