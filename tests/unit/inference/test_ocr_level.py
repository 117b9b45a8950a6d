"""By how much a page is askew, told by its lines."""

import math

import numpy as np
import pytest

from workbench.inference.ocr_page import _skew


def falling(degrees, wide, high=30.0, at=(100.0, 100.0)):
    """The corners of a line that falls by so many degrees."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = at
    along, down = (wide * cos, wide * sin), (-high * sin, high * cos)
    corners = [(x, y), (x + along[0], y + along[1]), (x + along[0] + down[0], y + along[1] + down[1])]
    return np.array([*corners, (x + down[0], y + down[1])], np.float32)


def test_the_long_lines_tell_it_and_short_ones_do_not_weigh():
    lines = [falling(-0.4, 600), falling(-0.4, 500), falling(-0.5, 700), *[falling(2.0, 90)] * 20]
    assert _skew(lines) == pytest.approx(-0.4, abs=0.05)


def test_a_sheet_of_short_words_under_one_long_line_is_askew_as_that_line():
    lines = [falling(-3.3, 900), falling(-3.4, 300), *[falling(-3.3 + k * 0.1, 110) for k in range(-9, 10)]]
    assert _skew(lines) == pytest.approx(-3.3, abs=0.1)


def test_words_alone_or_too_few_lines_tell_nothing():
    assert _skew([falling(-3.0, 60)] * 30) == 0.0
    assert _skew([falling(-3.0, 600)] * 2) == 0.0
    assert _skew([]) == 0.0


def test_a_line_that_stands_upright_or_a_hair_askew_does_not_count():
    assert _skew([falling(-90.0, 600)] * 5) == 0.0
    assert _skew([falling(0.03, 600)] * 5) == 0.0
