import pytest

from workbench.inference.memory import _even


@pytest.mark.parametrize(
    ("count", "most", "at_a_time"),
    [(0, 512, 1), (1, 512, 16), (512, 512, 512), (513, 512, 272), (2151, 512, 432), (100, 8, 8)],
)
def test_a_prompt_is_read_in_even_parts(count: int, most: int, at_a_time: int) -> None:
    assert _even(count, most) == at_a_time
