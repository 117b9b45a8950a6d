"""The worker that draws pages, to be recognised or looked at: no sockets, no further processes, bounded memory."""

import json
import os
import sys
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.errors import DocumentError
from workbench.i18n import set_language
from workbench.memory_limit import confine
from workbench.models.documents.cage import FrameTooLarge, receive, send
from workbench.models.documents.images import frame_of
from workbench.models.documents.ocr_pictures import FAILED, OPEN, PICTURE, SIZE, memory_limit
from workbench.models.documents.refusals import damaged, too_large
from workbench.models.documents.render import page_picture

_MAX_INPUT = 512 << 20
_CPU_SECONDS = 120
"""Processor time for one page."""


def main() -> None:
    """Draw pages of the file at hand, which another may follow, until the input ends."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    sys.addaudithook(_refuse_reaching_out)
    confine(memory_limit())
    source = sys.stdin.buffer
    about: dict[str, str] = {}
    content = b""
    try:
        while True:
            kind, asked = receive(source, _MAX_INPUT)
            if kind == OPEN:
                content = b""
                about, content = json.loads(asked), receive(source, _MAX_INPUT)[1]
                continue
            number, scale, language = json.loads(asked)
            set_language(language)
            _budget()
            _serve(output, content, about, int(number), float(scale))
    except (EOFError, OSError, FrameTooLarge):
        os._exit(0)


def _serve(output: IO[bytes], content: bytes, about: dict[str, str], number: int, scale: float) -> None:
    try:
        pixels = _drawn(content, about, number, scale)
    except DocumentError as error:
        _refuse(output, error)
    except (MemoryError, RecursionError):
        _refuse(output, too_large("memory", f"{memory_limit() >> 20} MB"))
    except BaseException as error:  # noqa: BLE001 - the boundary: a page's fault is the page's
        _refuse(output, damaged(f"{type(error).__name__}: {error}"))
    else:
        height, width = pixels.shape[:2]
        send(output, PICTURE, SIZE.pack(width, height) + pixels.tobytes())


def _drawn(content: bytes, about: dict[str, str], number: int, scale: float) -> NDArray[np.uint8]:
    if about["kind"] != "pdf":
        pixels = frame_of(content, number).pixels
        if scale < 1:
            height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
            pixels = np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS), np.uint8)
        return pixels
    picture = page_picture(content, number, scale, password=about["password"])
    rgba = np.frombuffer(picture.rgba, np.uint8).reshape(picture.height, picture.width, 4)
    return np.ascontiguousarray(rgba[:, :, :3])


def _refuse(output: IO[bytes], error: DocumentError) -> None:
    send(output, FAILED, json.dumps({**error.to_json(), "detail": error.detail}).encode())


def _refuse_reaching_out(event: str, _: tuple[object, ...]) -> None:
    """No sockets and no further processes, whatever a file makes a library do."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")):
        raise PermissionError(event)


def _budget() -> None:
    """Processor time for one page: ends a loop that nobody else would."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - absent on Windows

    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + _CPU_SECONDS, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
