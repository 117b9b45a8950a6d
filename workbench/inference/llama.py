"""llama.cpp at its lowest level: a model and its words, adapters, and the brake.

Only a worker process imports this module: a broken file or grammar may end the process it is in.
One thread computes; :meth:`Brake.pull` may be called from another at any time.
"""

import ctypes
import os
import sys
import threading
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as lib

_LAST_MESSAGES = 40
_DONT_NEED = 4
_messages: list[str] = []


class LoadFault(Exception):
    """A model or its context could not be made; ``code`` is ``load_failed`` or ``out_of_memory``."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Aborted(Exception):
    """The brake was pulled while computing."""


class DecodeFault(Exception):
    """The context refused to compute."""


def _keep_message(level: int, text: bytes, _user_data: object) -> None:
    """Keep the last complaints of the library: they say why a load failed."""
    if level >= 3:
        _messages.append(text.decode("utf-8", "replace").strip())
        del _messages[:-_LAST_MESSAGES]


_log_callback = lib.llama_log_callback(_keep_message)


def start_library() -> None:
    """Once in a process, before anything else."""
    lib.llama_log_set(_log_callback, ctypes.c_void_p(0))
    lib.llama_backend_init()


def last_messages() -> str:
    """What the library complained of lately."""
    return "\n".join(message for message in _messages if message)


def load_fault() -> LoadFault:
    """Why the library gave no model or context."""
    text = last_messages()
    short = any(word in text for word in ("failed to allocate", "bad_alloc", "out of memory", "ErrorOutOf"))
    return LoadFault("out_of_memory" if short else "load_failed", text)


class Brake:
    """Stops a computation within one graph node.

    The library polls libc's ``strlen`` over two bytes as its abort callback: no Python runs, so the
    computing thread never waits for the interpreter. A call is known from :meth:`expect` to
    :meth:`release`; a reason given before its turn comes is kept for it.
    """

    def __init__(self) -> None:
        self._flag = ctypes.create_string_buffer(2)
        self._lock = threading.Lock()
        self._reasons: dict[int, str] = {}
        self._current: int | None = None

    @property
    def address(self) -> ctypes.c_void_p:
        """The bytes that are polled."""
        return ctypes.cast(self._flag, ctypes.c_void_p)

    @property
    def reason(self) -> str:
        """Why the current call is to stop, or nothing."""
        with self._lock:
            return self._reasons.get(self._current, "") if self._current is not None else ""

    def expect(self, call: int) -> None:
        """A call has arrived and waits for its turn."""
        with self._lock:
            self._reasons[call] = ""

    def engage(self, call: int) -> None:
        """The call begins to compute."""
        with self._lock:
            self._current = call
            self._set(bool(self._reasons.get(call)))

    def pull(self, call: int, reason: str) -> None:
        """Stop ``call``; a call that is over is left alone, and a cancel outweighs a pause."""
        with self._lock:
            if call not in self._reasons or self._reasons[call] == "cancelled":
                return
            self._reasons[call] = reason
            if call == self._current:
                self._set(True)

    def release(self, call: int) -> None:
        """The call is over."""
        with self._lock:
            self._reasons.pop(call, None)
            if call == self._current:
                self._current = None
                self._set(False)

    def _set(self, on: bool) -> None:
        self._flag[0] = b"\x01" if on else b"\x00"


def abort_callback() -> Any:
    """``strlen`` of the C library, as the library's abort callback."""
    library = ctypes.CDLL("msvcrt") if sys.platform == "win32" else ctypes.CDLL(None)
    return ctypes.cast(library.strlen, lib.ggml_abort_callback)


def _give_back(path: Path) -> None:
    """Let go of the pages of a model's file that loading has touched; those in use come back from the system's cache.

    Weights that are laid out anew for the processor are copied while loading, and their pages in the file
    are not looked at again: for a 1.5B model in four bits they are 0.6 of 1.1 GB. Linux only.
    """
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return
    name = os.path.realpath(path)
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for line in maps.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        span, kind, *_, mapped = line.split(maxsplit=5) if line.count(" ") > 5 else ("", "", "")
        # Only a shared mapping that is not written to can be fetched from the file again.
        if mapped == name and kind.startswith("r--s"):
            start, end = (int(part, 16) for part in span.split("-"))
            advise(start, end - start, _DONT_NEED)


class LlamaModel:
    """A loaded GGUF file and its vocabulary. Tokenising is safe from any thread.

    ``repack``: weights are copied into the layout that suits the processor, where the library knows one.
    """

    def __init__(self, path: Path, gpu_layers: int = 0, *, repack: bool = True) -> None:
        params = lib.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        params.use_extra_bufts = repack
        self.handle = lib.llama_model_load_from_file(str(path).encode("utf-8"), params)
        if not self.handle:
            raise load_fault()
        if repack:
            _give_back(path)
        self.vocab = lib.llama_model_get_vocab(self.handle)
        self.words = int(lib.llama_vocab_n_tokens(self.vocab))
        self.trained_context = int(lib.llama_model_n_ctx_train(self.handle))
        self.bytes = int(lib.llama_model_size(self.handle))
        self.dimension = int(lib.llama_model_n_embd(self.handle))
        self.rewinds = not (lib.llama_model_is_recurrent(self.handle) or lib.llama_model_is_hybrid(self.handle))
        self._pieces: dict[int, bytes] = {}

    def metadata(self, key: str) -> str:
        """A metadata value as text, empty where the file has none."""
        buffer = ctypes.create_string_buffer(512)
        length = lib.llama_model_meta_val_str(self.handle, key.encode(), buffer, len(buffer))
        if length >= len(buffer):
            buffer = ctypes.create_string_buffer(length + 1)
            length = lib.llama_model_meta_val_str(self.handle, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if length > 0 else ""

    def template(self, name: str | None = None) -> str:
        """The chat template of the file (or another by its name), or nothing."""
        text = lib.llama_model_chat_template(self.handle, name.encode() if name else None)
        return text.decode("utf-8", "replace") if text else ""

    def tokenise(self, text: str, *, special: bool = False, ends: bool = False) -> list[int]:
        """Token ids. ``special``: read ``<|…|>`` as control tokens; ``ends``: add the model's own ends."""
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        buffer = (lib.llama_token * room)()
        count = lib.llama_tokenize(self.vocab, raw, len(raw), buffer, room, ends, special)
        if count < 0:
            buffer = (lib.llama_token * -count)()
            count = lib.llama_tokenize(self.vocab, raw, len(raw), buffer, -count, ends, special)
        return list(buffer[:count])

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of a token, of any length; of control tokens nothing unless ``special``."""
        known = self._pieces.get(token) if not special else None
        if known is not None:
            return known
        buffer = ctypes.create_string_buffer(64)
        length = lib.llama_token_to_piece(self.vocab, token, buffer, len(buffer), 0, special)
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = lib.llama_token_to_piece(self.vocab, token, buffer, len(buffer), 0, special)
        raw = buffer.raw[: max(0, length)]
        if not special:
            self._pieces[token] = raw
        return raw

    def ends(self, token: int) -> bool:
        """Whether the token ends an answer."""
        return bool(lib.llama_vocab_is_eog(self.vocab, token))

    def special_text(self, token: int) -> str:
        """The written form of a control token, empty for none."""
        return self.piece(token, special=True).decode("utf-8", "replace") if token >= 0 else ""


class Adapter:
    """A LoRA file made for a model; it lives as long as the model does."""

    def __init__(self, model: LlamaModel, path: Path) -> None:
        self.handle = lib.llama_adapter_lora_init(model.handle, str(path).encode("utf-8"))
        if not self.handle:
            raise load_fault()
