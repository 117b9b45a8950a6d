"""llama.cpp's Python binding: compiled once for this machine, the wheel kept for the next run.

Switched off are the multimodal library, the tools and llama.cpp's own ``common`` library, which the
program does not use: on two cores the compile takes about two minutes instead of ten. Not native, but
with the vectors the processor has (AVX2, AVX-512): the wheel runs on every processor of the same class, so
that a copied cache stays usable, and another class finds another name there. Small batches of K-quantised models get
products of our own (``small_batches.h``, docs/decisions/0035).
"""

import hashlib
import os
import platform
import shlex
from pathlib import Path

from installer.setup import machine
from installer.setup.console import SetupError, run, say, step
from installer.setup.places import LOCKS, cache, logs, python

# llama-cpp-python's build forces `common` on in the cache; a normal variable set right after
# llama.cpp's own project() call wins over it.
_HOOK = Path(__file__).with_name("llama.cmake")
_OWN = (_HOOK, _HOOK.with_name("small_batches.h"), LOCKS / "llama.txt")
_FLAGS = (
    "-DGGML_NATIVE=OFF",
    "-DLLAVA_BUILD=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
)
_WITHOUT_AVX2 = ("-DGGML_AVX2=OFF", "-DGGML_FMA=OFF", "-DGGML_BMI2=OFF", "-DGGML_F16C=OFF")


def _flags() -> tuple[str, ...]:
    if not machine.has_avx2():
        return (*_FLAGS, *_WITHOUT_AVX2)
    return (*_FLAGS, *(f"-DGGML_{name}=ON" for name in machine.wide_vectors()))


def shelf() -> Path:
    """Where the wheel of exactly this source, these flags and this kind of machine lies."""
    sources = (file.read_text(encoding="utf-8") for file in _OWN)
    parts = (*sources, *_flags(), platform.system(), platform.machine())
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return cache() / "wheels" / f"llama-{key}"


def wheel() -> Path | None:
    """The wheel built earlier, if any."""
    return next(iter(sorted(shelf().glob("*.whl"))), None)


def build() -> Path:
    """Compile the wheel unless it was built before. Needs the build tools in the environment."""
    ready = wheel()
    if ready:
        return ready
    machine.prepare_compiler()
    if not machine.has_avx2():
        say("! No AVX2 in this processor: everything works, several times slower / 处理器不支持 AVX2，会慢数倍")
    target = shelf()
    work = target.with_name(target.name + ".building")
    flags = " ".join((*_flags(), shlex.quote(f"-DCMAKE_PROJECT_llama.cpp_INCLUDE={_HOOK.as_posix()}")))
    with step("Compiling llama.cpp, once (about 2 to 10 minutes) / 编译推理引擎（仅一次）"):
        run(
            [
                python(),
                "-m",
                "pip",
                "wheel",
                # A wheel that pip kept may have been compiled with other flags.
                "--no-cache-dir",
                "--no-deps",
                "--no-build-isolation",
                "--require-hashes",
                "-v",
                "-r",
                LOCKS / "llama.txt",
                "-w",
                work,
            ],
            log=logs() / "llama-build.log",
            what="llama.cpp could not be compiled",
            hint="See the log; a C++17 compiler and 2 GB of memory are needed",
            environment={
                "CMAKE_ARGS": flags,
                "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 1),
                "PATH": f"{python().parent}{os.pathsep}{os.environ.get('PATH', '')}",
            },
        )
    built = next(iter(work.glob("*.whl")), None)
    if built is None:
        raise SetupError("The compile left no wheel", f"See {logs() / 'llama-build.log'}")
    work.replace(target)
    return target / built.name
