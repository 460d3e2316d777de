"""What is done to a PDF just before it is written."""

import zlib

import pydyf

from assessor.report import archiving


def compressed(stream: pydyf.Stream) -> bytes:
    data: bytes = stream.data
    return data.partition(b"stream\n")[2].removesuffix(b"\nendstream")


def test_no_stream_ends_like_a_line() -> None:
    """Of a thousand texts some do, and then get a space more; what they say stays."""
    texts = [b"1 w " * number + b"S" for number in range(1000)]
    streams = [pydyf.Stream([text], compress=True) for text in texts]
    before = [compressed(stream) for stream in streams]
    assert any(data.endswith((b"\r", b"\n")) for data in before)
    for stream in streams:
        archiving.end_clearly(stream)
    after = [compressed(stream) for stream in streams]
    assert not any(data.endswith((b"\r", b"\n")) for data in after)
    assert [zlib.decompress(data).rstrip() for data in after] == texts
