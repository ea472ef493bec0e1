"""A line of history.jsonl: a tick, a mark or a measurement.

A tick's line has the fields of `Tick`. A mark's begins with "mark", its kind; one of kind "metric" has the fields of
`Measured`, one of kind "hand" those of `ByHand`.
"""

from dataclasses import asdict, fields
from typing import Any

import msgspec

from ganstudio.events import ByHand, ManualUpdate, Marked, MarkKind, Measured, Standing, Tick
from ganstudio.training.counters import MAX_COUNT, MAX_SECONDS

Row = Tick | Marked | Measured

MARK_PREFIX = b'{"mark":'
_MAX_INT64 = 1 << 63
_OF_PICTURES = ("fcd", "precision", "recall", "density", "coverage", "kl", "classes", "sure", "fcd_real")
_NEEDED = ("fcd", "precision", "recall", "density", "coverage")  # every measurement of pictures has these
_OF_POINTS = ("js", "js_floor", "sw", "sw_floor", "modes", "of_modes", "hq", "mode_kl")  # figures of `Measured`
OPTIONAL = tuple(field.name for field in fields(Tick) if field.default is None)  # figures that most ticks have not
_DIGITS = 6  # significant digits of a number in the file


class _Mark(msgspec.Struct, omit_defaults=True):
    """A mark as the file has it."""

    mark: str
    step: int
    text: str = ""
    path: str = ""
    old: Any = None
    new: Any = None
    what: str = ""  # from here on of updates by hand
    count: int = 1
    epoch: float = 0.0
    images: int = 0
    began: Standing = Standing()
    before: Standing = Standing()
    after: Standing = Standing()


_encoder = msgspec.json.Encoder()
_tick_decoder = msgspec.json.Decoder(Tick)
_measured_decoder = msgspec.json.Decoder(Measured)
_mark_decoder = msgspec.json.Decoder(_Mark)


def mark_prefix(kind: MarkKind) -> bytes:
    """Return what the lines of marks of that kind begin with."""
    return MARK_PREFIX + _encoder.encode(kind)


_METRIC_PREFIX = mark_prefix(MarkKind.METRIC)


def encode(row: Row) -> bytes:
    """Return the line of a row, with its newline."""
    if isinstance(row, Marked):
        return _encoder.encode(_encoded_mark(row)) + b"\n"
    values = {name: _rounded(value) for name, value in asdict(row).items()}
    if isinstance(row, Tick):
        values = {name: value for name, value in values.items() if value is not None or name not in OPTIONAL}
    if isinstance(row, Measured):
        others = _OF_PICTURES if row.js is not None else _OF_POINTS
        values = {name: value for name, value in values.items() if name not in others}
    kind = {"mark": MarkKind.METRIC} if isinstance(row, Measured) else {}
    return _encoder.encode(kind | values) + b"\n"


def decode(line: bytes) -> Row | None:
    """Return the row of a line; None if it cannot be read, or is of a time that no run reaches."""
    try:
        row = _decoded(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return row if 0 <= row.step <= MAX_COUNT and (isinstance(row, Marked) or _is_plausible(row)) else None


def _decoded(line: bytes) -> Row:
    if not line.startswith(MARK_PREFIX):
        return _tick_decoder.decode(line)
    if line.startswith(_METRIC_PREFIX):
        return _measured_decoder.decode(line)
    return _decoded_mark(_mark_decoder.decode(line))


def _is_plausible(row: Tick | Measured) -> bool:
    """Return whether a run may get as far; no comparison with nan is true."""
    count = max(row.images, row.memory) if isinstance(row, Tick) else row.count
    if isinstance(row, Measured) and row.js is None and None in [getattr(row, name) for name in _NEEDED]:
        return False
    return 0 <= row.epoch <= MAX_COUNT and 0 <= row.seconds <= MAX_SECONDS and count < _MAX_INT64


def _encoded_mark(mark: Marked) -> _Mark:
    encoded = _Mark(mark.kind, mark.step, mark.text, mark.path, mark.old, mark.new)
    if isinstance(mark, ByHand):
        encoded.what = mark.what
        encoded.count = mark.count
        encoded.epoch = _rounded(mark.epoch)
        encoded.images = mark.images
        encoded.began = _rounded_standing(mark.began)
        encoded.before = _rounded_standing(mark.before)
        encoded.after = _rounded_standing(mark.after)
    return encoded


def _decoded_mark(encoded: _Mark) -> Marked:
    mark = Marked(encoded.step, MarkKind(encoded.mark), encoded.text, encoded.path, encoded.old, encoded.new)
    if not encoded.what:
        return mark
    return ByHand(
        **vars(mark),
        what=ManualUpdate(encoded.what) if encoded.what in tuple(ManualUpdate) else ManualUpdate.ROUND,
        count=encoded.count,
        epoch=encoded.epoch,
        images=encoded.images,
        began=encoded.began,
        before=encoded.before,
        after=encoded.after,
    )


def _rounded(value: Any) -> Any:
    """Round a floating point number, or those in a tuple, to the digits that the file has."""
    if isinstance(value, tuple):
        return [_rounded(part) for part in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _rounded_standing(standing: Standing) -> Standing:
    return Standing(**{name: _rounded(value) for name, value in vars(standing).items()})
