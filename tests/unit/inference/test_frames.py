import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.inference.frames import read_frame, write_frame


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**53), 2**53) | st.none()), st.binary())
def test_a_frame_comes_out_as_it_went_in(header: dict[str, object], payload: bytes) -> None:
    stream = io.BytesIO()
    write_frame(stream, header, payload)
    write_frame(stream, {"next": 1})
    stream.seek(0)
    assert read_frame(stream) == (header, payload)
    assert read_frame(stream) == ({"next": 1}, b"")


def test_a_torn_frame_is_the_end() -> None:
    stream = io.BytesIO()
    write_frame(stream, {"op": "chat"}, b"payload")
    for length in range(len(stream.getvalue())):
        with pytest.raises(EOFError):
            read_frame(io.BytesIO(stream.getvalue()[:length]))


def test_an_absurd_length_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(ValueError, match="too large"):
        read_frame(io.BytesIO(struct.pack("<II", 2**31, 0)))
