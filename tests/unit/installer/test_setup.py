import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from installer.setup import console, llama, machine, models, places
from workbench.inference import starter

ROOT = Path(__file__).resolve().parents[3]


def test_the_set_up_uses_the_standard_library_alone():
    code = "import sys; sys.path.insert(0, '.'); import installer.bootstrap; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    foreign = {name.split(".")[0] for name in done.stdout.split()} - set(sys.stdlib_module_names) - {"installer"}
    assert {name for name in foreign if not name.startswith("_")} <= {"__main__"}


def test_every_locked_requirement_has_a_hash():
    for lock in sorted((ROOT / "installer" / "locks").glob("*.txt")):
        text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in text.splitlines():
            assert not re.match(r"[A-Za-z]", line) or "--hash=sha256:" in line, f"{lock.name}: {line}"


def test_versions_known_to_corrupt_memory_are_not_locked():
    text = (ROOT / "installer" / "locks" / "runtime.txt").read_text(encoding="utf-8")
    version = re.search(r"^pyside6-essentials==(\S+)", text, re.MULTILINE)
    assert version
    assert version[1] not in {"6.12.0", "6.11.0", "6.11.1"}


def test_the_locks_name_the_packages_of_the_catalogue():
    locked = ""
    for kind in ("chat", "embedding", "test"):
        locked += (ROOT / "installer" / "locks" / f"models-{kind}.txt").read_text(encoding="utf-8")
    for model in starter.starters():
        for wheel in model.wheels:
            assert f"{wheel} " in locked


def test_the_catalogue_pins_every_starter_model():
    catalogue = tomllib.loads((ROOT / "resources" / "models.toml").read_text(encoding="utf-8"))
    for model in catalogue["model"]:
        assert re.fullmatch(r"[0-9a-f]{64}", model["sha256"]), model["id"]
        assert model["licence"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_failing_program_is_told_with_its_last_words_and_a_hint(tmp_path):
    with pytest.raises(console.SetupError) as caught:
        console.run(["sh", "-c", "echo no luck; exit 7"], log=tmp_path / "log", what="It broke", hint="Mend it")
    assert "no luck" in caught.value.message
    assert "7" in caught.value.message
    assert caught.value.hint.startswith("Mend it")


def test_an_old_python_is_refused_before_anything_is_done(monkeypatch):
    monkeypatch.setattr(machine.sys, "version_info", (3, 10, 1))
    with pytest.raises(console.SetupError, match=r"not supported"):
        machine.check_python()


def test_without_rights_the_exact_command_is_said(monkeypatch):
    monkeypatch.setattr(machine, "can_install", lambda: False)
    with pytest.raises(console.SetupError) as caught:
        machine.install(["libegl1", "libgl1"], "Qt libraries")
    assert caught.value.hint == "sudo apt-get install -y libegl1 libgl1"


def test_a_full_disk_is_told_before_time_is_spent(monkeypatch):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10**9})())
    with pytest.raises(console.SetupError, match=r"1\.0 GB free"):
        machine.check_disk()


def test_the_compiled_wheel_is_kept_apart_for_processors_without_avx2(monkeypatch, tmp_path):
    monkeypatch.setenv("INKSTONE_CACHE", str(tmp_path))
    shelves = []
    for avx2 in (True, False):
        monkeypatch.setattr(machine, "has_avx2", lambda avx2=avx2: avx2)
        shelves.append(llama.shelf())
    assert shelves[0] != shelves[1]
    assert all(shelf.is_relative_to(tmp_path) for shelf in shelves)


def test_a_wheel_built_before_is_taken_without_compiling(monkeypatch, tmp_path):
    monkeypatch.setenv("INKSTONE_CACHE", str(tmp_path))
    kept = llama.shelf() / "llama_cpp_python-0.3.36-py3-none-any.whl"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"")
    assert llama.build() == kept


def test_models_are_ready_only_with_their_size(monkeypatch, tmp_path):
    model, stamp = tmp_path / "m.gguf", tmp_path / "stamp.json"
    model.write_bytes(b"12345")
    monkeypatch.setattr(models, "_STAMP", stamp)
    assert not models.are_ready(with_test_model=False)
    for identity in models._ids(("chat", "embedding")):
        models._remember(identity, model)
    assert models.are_ready(with_test_model=False)
    assert not models.are_ready(with_test_model=True)
    model.write_bytes(b"123")
    assert not models.are_ready(with_test_model=False)


def test_the_continuous_check_calls_exactly_the_test_command():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python3 installer/bootstrap.py test" in text
    assert places.CHECKOUT == ROOT


@pytest.mark.parametrize(
    ("flags", "wide"),
    [
        ("fpu avx2 fma", ()),
        ("avx2 avx512f avx512bw avx512cd avx512dq avx512vl", ("AVX512",)),
        (
            "avx2 avx512f avx512bw avx512cd avx512dq avx512vl avx512vbmi avx512_vnni",
            ("AVX512", "AVX512_VNNI", "AVX512_VBMI"),
        ),
        ("avx2 avx512f avx512_vnni", ()),
    ],
)
def test_llama_is_compiled_for_the_vectors_of_the_processor(monkeypatch, tmp_path, flags, wide):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbogomips\t: 1\n", encoding="utf-8")
    monkeypatch.setattr(machine, "Path", lambda _: cpuinfo)
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine, "has_avx2", lambda: True)
    assert machine.wide_vectors() == wide
    assert [f for f in llama._flags() if "AVX" in f] == [f"-DGGML_{name}=ON" for name in wide]
