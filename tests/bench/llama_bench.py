"""Builds the library's own llama-bench against the libraries of this environment; the anchor of our speeds.

The source comes with llama-cpp-python's source package (``vendor/llama.cpp``). What it needs of ``common``
is compiled; calls it never makes in a local run are left at address 0.
"""

import os
import re
import subprocess
from pathlib import Path

import llama_cpp

_SOURCES = (
    "common/common",
    "common/fit",
    "common/log",
    "common/unicode",
    "tools/llama-bench/llama-bench",
    "tools/llama-bench/main",
)
_INFO = """#include <cstdio>
int llama_build_number(void) { return 0; }
const char * llama_commit(void) { return "wheel"; }
const char * llama_compiler(void) { return ""; }
const char * llama_build_target(void) { return ""; }
const char * llama_build_info(void) { return ""; }
void llama_print_build_info(const char *, FILE *) {}
"""
ENVIRONMENT = {**os.environ, "GOMP_SPINCOUNT": "10000"}
"""Waiting threads spin as briefly as in the program's own workers."""


def build(source: Path, target: Path) -> Path:
    """Compile ``target/llama-bench`` from ``source``, the folder of llama.cpp; a finished one is taken as it is."""
    program = target / "llama-bench"
    libraries = Path(llama_cpp.__file__).parent / "lib"
    if program.exists() and program.stat().st_mtime > (libraries / "libllama.so").stat().st_mtime:
        return program
    target.mkdir(parents=True, exist_ok=True)
    (target / "info.cpp").write_text(_INFO)
    includes = [f"-I{source / part}" for part in ("include", "ggml/include", "common", "vendor")]
    files = [source / f"{name}.cpp" for name in _SOURCES] + [target / "info.cpp"]
    objects = [target / f"{file.stem}.o" for file in files]
    for file, compiled in zip(files, objects, strict=True):
        subprocess.run(["g++", "-O2", "-std=c++17", "-c", *includes, file, "-o", compiled], check=True)
    link = ["g++", "-no-pie", *objects, f"-L{libraries}", f"-Wl,-rpath,{libraries}"]
    link += ["-lllama", "-lggml", "-lggml-base", "-lggml-cpu", "-lpthread", "-o", program]
    tried = subprocess.run([*link, "-Wl,--no-demangle"], capture_output=True, text=True, check=False)
    absent = sorted(set(re.findall(r"undefined reference to [`']([^']+)'", tried.stderr)))
    subprocess.run([*link, *(f"-Wl,--defsym={name}=0" for name in absent)], check=True)
    return program


def speed(program: Path, model: Path, threads: int, *, prompt: int = 0, answer: int = 0) -> float:
    """Tokens a second of one run: reading ``prompt`` tokens or generating ``answer``."""
    command = [program, "-m", model, "-t", threads, "-p", prompt, "-n", answer, "-r", 1, "-o", "csv"]
    told = subprocess.run([str(part) for part in command], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    head, *_, row = [line for line in told.stdout.splitlines() if "," in line]
    values = dict(zip(head.split(","), [cell.strip('"') for cell in row.split('","')], strict=False))
    return float(values["avg_ts"].strip('"'))
