"""Films as MP4, by PyAV (FFmpeg), which the extra `video` brings."""

from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ganstudio.errors import ExportError
from ganstudio.export.files import require, writing
from ganstudio.export.frames import Film, film
from ganstudio.export.job import Job
from ganstudio.images import Pictures

# Encoders with an open licence, the best first: Cisco's (BSD) and x264 (GPL) make H.264, which everything plays;
# FFmpeg's own MPEG-4 part 2 (LGPL) is in every build. With options that keep the edges of crisp pixels clean.
ENCODERS: dict[str, dict[str, str]] = {
    "libx264": {"crf": "16", "preset": "fast", "tune": "animation"},
    "libopenh264": {"b": "4000000"},
    "mpeg4": {"qscale": "2", "q:v": "2", "b": "8000000"},
}
_PIXELS = "yuv420p"  # the one that every player knows; its colours have half the resolution, so sides are even


def write_mp4(job: Job, what: str) -> str:
    """Write an MP4; what to say. Raises StudioError, Cancelled."""
    (av,) = require("video")
    made = film(job, what)
    encoder = choose(av)
    with writing(job.out) as temp:
        try:
            count = _encode(av, temp, made, job, encoder)
        except av.error.FFmpegError as error:
            raise ExportError(f"{job.out} could not be written: {error}.") from error
        size = temp.stat().st_size
    return f"{made.words}: {count:,} frames, {count / made.fps:.1f} s, {encoder}, {size / 1e6:.1f} MB in {job.out}"


def choose(av: ModuleType) -> str:
    """The best encoder that this build of FFmpeg has. Raises ExportError if there is none."""
    for name in ENCODERS:
        try:
            av.codec.Codec(name, "w")
        except ValueError:  # av.codec.codec.UnknownCodecError
            continue
        return name
    raise ExportError(f"This build of PyAV has no encoder for MP4: none of {', '.join(ENCODERS)}.")


def _encode(av: Any, path: Path, made: Film, job: Job, encoder: str) -> int:
    """Write the file; how many frames it has."""
    count = 0
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream(encoder, rate=Fraction(made.fps).limit_denominator(1000))
        stream.options = ENCODERS[encoder]
        stream.pix_fmt = _PIXELS
        stream.codec_context.thread_count = 1  # training may want the others
        picture = None
        for picture in made.frames(job):
            count += _put(av, container, stream, picture)
        for _ in range(round(made.hold * made.fps)):
            assert picture is not None  # a film without frames raises
            count += _put(av, container, stream, picture)
        container.mux(stream.encode())
    return count


def _put(av: Any, container: Any, stream: Any, picture: Pictures) -> int:
    rgb = even(picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2))
    if not stream.codec_context.is_open:
        stream.height, stream.width = rgb.shape[:2]
    container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
    return 1


def even(picture: Pictures) -> Pictures:
    """The picture (H, W, 3) with a black line more where a side is odd."""
    height, width = picture.shape[:2]
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)))
