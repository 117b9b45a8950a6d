import os
from pathlib import Path

import numpy as np
import pytest

from workbench.inference.prefix_store import SUFFIX, PrefixStore, clear

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
SECRET = b"\xe6\x9c\xba\xe5\xaf\x86 the state of a confidential document " * 500


def store(folder: Path, *, key: bytes = KEY, build: str = "b1", model: str = "m1", most: int = 1 << 20) -> PrefixStore:
    return PrefixStore(folder, key, build=build, model=model, most_bytes=most)


def state(content: bytes = SECRET) -> np.ndarray:
    return np.frombuffer(content, dtype=np.uint8)


def kept(folder: Path, tokens: list[int], content: bytes = SECRET, **values: object) -> PrefixStore:
    made = store(folder, **values)  # type: ignore[arg-type]
    made.keep(tokens, state(content))
    made.settle()
    return made


def test_what_was_kept_is_found_by_its_beginning_after_a_restart(tmp_path: Path) -> None:
    kept(tmp_path, list(range(500)))
    kept(tmp_path, [*range(300), 9, 9, 9], b"other")
    again = store(tmp_path)
    found, same = again.best([*range(450), 7, 7])
    assert found is not None
    assert same == 450
    assert found.tokens.tolist() == list(range(500))
    assert bytes(again.load(found)) == SECRET  # type: ignore[arg-type]


def test_nothing_on_disk_can_be_read_without_the_key(tmp_path: Path) -> None:
    kept(tmp_path, list(range(1000, 1500)))
    (path,) = tmp_path.iterdir()
    raw = path.read_bytes()
    assert b"confidential" not in raw
    assert np.arange(1000, 1010, dtype="<i4").tobytes() not in raw
    assert store(tmp_path / "elsewhere", key=OTHER_KEY).best([1000]) == (None, 0)


def test_another_model_finds_nothing_and_leaves_it_for_the_models_return(tmp_path: Path) -> None:
    kept(tmp_path, list(range(500)))
    assert store(tmp_path, model="m2").best(list(range(500))) == (None, 0)
    assert store(tmp_path).best(list(range(500)))[1] == 500


@pytest.mark.parametrize("values", [{"build": "b2"}, {"key": OTHER_KEY}])
def test_what_can_never_be_used_again_is_thrown_away(tmp_path: Path, values: dict[str, object]) -> None:
    kept(tmp_path, list(range(500)))
    (tmp_path / "left.123.part").write_bytes(b"half")
    assert store(tmp_path, **values).best(list(range(500))) == (None, 0)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [2, 5, 30, -40, -1])
def test_a_changed_byte_costs_the_entry_and_nothing_else(tmp_path: Path, place: int) -> None:
    kept(tmp_path, list(range(500)))
    (path,) = tmp_path.iterdir()
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)
    again = store(tmp_path)
    found, _ = again.best(list(range(500)))
    assert found is None or again.load(found) is None
    assert not path.exists()
    assert again.best(list(range(500)))[0] is None


@pytest.mark.parametrize("length", [0, 3, 8, 100, 2100, 5000])
def test_a_file_cut_short_is_not_believed(tmp_path: Path, length: int) -> None:
    kept(tmp_path, list(range(500)))
    (path,) = tmp_path.iterdir()
    os.truncate(path, length)
    again = store(tmp_path)
    found, _ = again.best(list(range(500)))
    assert found is None or again.load(found) is None


def test_the_longest_unused_leaves_when_the_bound_is_reached(tmp_path: Path) -> None:
    size = 100_000
    made = store(tmp_path, most=250_000)
    for number in range(3):
        made.keep([number] * 10, state(bytes(size)))
        made.settle()
        first, _ = made.best([0])
        if number == 1:
            # The first was used after the second was written.
            assert first is not None
            second = made.best([1])[0]
            assert second is not None
            os.utime(second.path, ns=(1, 1))
    assert made.best([1])[1] == 0
    assert made.best([0])[1] == 1
    assert made.best([2])[1] == 1
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 250_000


def test_a_state_larger_than_half_the_bound_is_not_kept(tmp_path: Path) -> None:
    assert kept(tmp_path / "new", [1, 2, 3], most=1000).best([1, 2, 3]) == (None, 0)


def test_clearing_leaves_nothing_of_ours_and_touches_nothing_else(tmp_path: Path) -> None:
    made = kept(tmp_path, list(range(500)))
    (tmp_path / "notes.txt").write_text("mine")
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    found, _ = made.best(list(range(500)))
    assert found is not None
    assert made.load(found) is None
    assert not list(tmp_path.glob("*" + SUFFIX))


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert kept(tmp_path / "file", [1, 2, 3]).best([1, 2, 3]) == (None, 0)


def test_a_key_has_32_bytes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32"):
        store(tmp_path, key=b"short")
