import mmap
import re
from pathlib import Path

import pytest

from workbench.inference.llama import _give_back
from workbench.inference.memory import _even


@pytest.mark.parametrize(
    ("count", "most", "at_a_time"),
    [(0, 512, 1), (1, 512, 16), (512, 512, 512), (513, 512, 272), (2151, 512, 432), (100, 8, 8)],
)
def test_a_prompt_is_read_in_even_parts(count: int, most: int, at_a_time: int) -> None:
    assert _even(count, most) == at_a_time


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="Linux tells what is resident")
def test_pages_of_a_models_file_that_loading_touched_are_given_back(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights!" * (1 << 17))

    def resident() -> int:
        told = Path("/proc/self/smaps").read_text(encoding="utf-8").split(str(path), 1)[1]
        return int(re.findall(r"Rss:\s+(\d+) kB", told)[0])

    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert bytes(mapped[:8]) == bytes(mapped[-8:]) == b"weights!"
        assert sum(mapped[i] for i in range(0, len(mapped), 4096)) > 0
        assert resident() == 1024
        _give_back(path)
        assert resident() == 0
        assert bytes(mapped[-8:]) == b"weights!"
