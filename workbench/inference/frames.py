"""What travels between the program and a model's process: a JSON header and raw bytes, never pickle.

A frame is two little-endian unsigned 32-bit lengths, the header as UTF-8 JSON, then the payload.
"""

import json
import struct
from typing import IO, Any

Header = dict[str, Any]

_LENGTHS = struct.Struct("<II")
_MOST_HEADER = 64 << 20
_MOST_PAYLOAD = 256 << 20


def write_frame(stream: IO[bytes], header: Header, payload: bytes = b"") -> None:
    """Write one frame and flush it. The caller keeps writers apart."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    stream.write(_LENGTHS.pack(len(text), len(payload)) + text + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[Header, bytes]:
    """Read one frame. Raises EOFError at the end or on a torn frame, ValueError on an absurd one."""
    header_length, payload_length = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if header_length > _MOST_HEADER or payload_length > _MOST_PAYLOAD:
        raise ValueError("frame too large")
    header: Header = json.loads(_exactly(stream, header_length).decode("utf-8", "surrogatepass"))
    return header, _exactly(stream, payload_length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    """``length`` bytes; a pipe may hand them out in parts."""
    parts: list[bytes] = []
    while length:
        part = stream.read(length)
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
