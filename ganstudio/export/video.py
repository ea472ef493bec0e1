"""Animations as MP4, written by PyAV (FFmpeg), which the extra `video` installs."""

import math
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ganstudio.errors import ExportError
from ganstudio.export.files import atomic_file, import_extra, size_text
from ganstudio.export.frames import Film, make_film
from ganstudio.export.job import Content, Job
from ganstudio.images import Pictures

# Encoders with an open licence, the best first: Cisco's (BSD) and x264 (GPL) make H.264, which everything plays;
# FFmpeg's own MPEG-4 part 2 (LGPL) is in every build. With options that keep the edges of crisp pixels clean.
ENCODERS: dict[str, dict[str, str]] = {
    "libx264": {"crf": "16", "preset": "fast", "tune": "animation"},
    "libopenh264": {"b": "4000000"},
    "mpeg4": {"qscale": "2", "q:v": "2", "b": "8000000"},
}
_BLOCK = 16  # pixels: the side of a macroblock
_MAX_BLOCKS = 139_264  # of a frame: the largest that H.264 knows, at level 6.2 (ITU-T H.264, table A-1), as 8192 x 4352
_PIXEL_FORMAT = "yuv420p"  # the one that every player knows; its colours have half the resolution, so sides are even


def write_mp4(job: Job, content: Content) -> str:
    """Write an MP4, transparent pictures on the job's paper, and return a description of it.

    Raises
    ------
    StudioError
        The export is not possible.
    Cancelled
        The user cancelled the export.
    """
    (av,) = import_extra("video")
    film = make_film(job, content).on(job.paper)
    encoder = choose_encoder(av)
    with atomic_file(job.out) as temp:
        try:
            count = _encode(av, temp, film, job, encoder)
        except av.error.FFmpegError as error:
            why = getattr(error, "strerror", None) or error
            raise ExportError(f"{job.out} could not be written: {why}.") from error
        size = size_text(temp)
    return f"{film.description}: {count:,} frames, {count / film.fps:.1f} s, {encoder}, {size}"


def choose_encoder(av: ModuleType) -> str:
    """Return the name of the best encoder that this build of FFmpeg has.

    Raises
    ------
    ExportError
        There is none.
    """
    for name in ENCODERS:
        try:
            av.codec.Codec(name, "w")
        except ValueError:  # av.codec.codec.UnknownCodecError
            continue
        return name
    raise ExportError(f"This build of PyAV has no encoder for MP4: none of {', '.join(ENCODERS)}.")


def _encode(av: Any, path: Path, film: Film, job: Job, encoder: str) -> int:
    """Write the file and return its number of frames."""
    count = 0
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream(encoder, rate=Fraction(film.fps).limit_denominator(1000))
        stream.options = ENCODERS[encoder]
        stream.pix_fmt = _PIXEL_FORMAT
        stream.codec_context.thread_count = 1  # training may want the others
        frame = None
        for frame in film.frames(job):
            _encode_frame(av, container, stream, frame)
            count += 1
        for _ in range(round(film.hold * film.fps)):
            assert frame is not None  # a film without frames raises
            _encode_frame(av, container, stream, frame)
            count += 1
        container.mux(stream.encode())
    return count


def _encode_frame(av: Any, container: Any, stream: Any, frame: Pictures) -> None:
    rgb = pad_to_even(frame if frame.ndim == 3 else np.repeat(frame[..., None], 3, axis=2))
    if not stream.codec_context.is_open:
        _check_size(*rgb.shape[:2])
        stream.height, stream.width = rgb.shape[:2]
    container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))


def _check_size(height: int, width: int) -> None:
    """Check that players know frames of that size. Raises ExportError."""
    if math.ceil(height / _BLOCK) * math.ceil(width / _BLOCK) > _MAX_BLOCKS:
        most = f"{_MAX_BLOCKS * _BLOCK**2 / 1e6:.0f}"
        raise ExportError(
            f"Frames of {width:,} x {height:,} pixels are too large for a video, which can have {most} million pixels. "
            "Choose a smaller scale."
        )


def pad_to_even(picture: Pictures) -> Pictures:
    """Return the picture (H, W, 3) with a black line added to each side of odd length."""
    height, width = picture.shape[:2]
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)))
