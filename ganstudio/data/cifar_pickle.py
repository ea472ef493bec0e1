"""Decoder of CIFAR-10's batches, which are pickles: it executes nothing that one may contain, and bounds what it costs.

Batches are read as A. Krizhevsky published them (Python 2, protocol 2), and as people have saved them anew since, with
any protocol, by Python 3 and any NumPy.
"""

import io
import pickle
import pickletools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ganstudio.data import foreign
from ganstudio.errors import DataError

Arrays = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]

SIDE = 32  # pixels
CLASSES = 10
_VALUES = 3 * SIDE * SIDE  # a picture: the red, then the green, then the blue plane

# A published batch has 30,072 opcodes; one that was saved anew, whose labels are all NumPy scalars, has 160,140.
_MAX_OPCODES = 400_000
_MAX_LONG_NUMBERS = 1000  # shapes may have some; more might be keys that make a dict slow
_MAX_LINE = 100  # bytes of a name; only text is longer
_MAX_DIGITS = 20  # of a number that is not counted as long

_LONG_NUMBERS = "\x8a\x8bL"  # opcodes: LONG1, LONG4, LONG
_TEXTS = "SV"  # opcodes of lines of text


def decode(content: bytes) -> Arrays:
    """Return pictures (N, 32, 32, 3) and labels (N,) of a batch.

    Raises
    ------
    DataError
        It is no such batch; says what is odd, as the end of a sentence.
    """
    try:
        _check_opcodes(content)
        batch = _unpickle(content)
    except _NoPickle as error:
        what = foreign.describe(content)
        raise DataError(f"it cannot be decoded{f'. {what}' if what else f': {error}'}") from None
    return _check(batch)


class _NoPickle(Exception):
    """It is no pickle, or a garbled one; the text says why."""


# ---- what it would cost ------------------------------------------------------------------------------------------


def _argument_steps() -> list[int]:
    """Return for each opcode the bytes up to the next one, as far as that is fixed; else 0."""
    steps = [0] * 256
    for opcode in pickletools.opcodes:
        length = opcode.arg.n if opcode.arg else 0
        if length >= 0 and opcode.code not in _CHECKED:
            steps[ord(opcode.code)] = 1 + length
    return steps


_CHECKED = "r\x8a\x8b"  # LONG_BINPUT, LONG1, LONG4: besides their lengths their values are looked at
_COUNTED = {  # bytes of the length that precedes an argument
    opcode.code: {
        pickletools.TAKEN_FROM_ARGUMENT1: 1,
        pickletools.TAKEN_FROM_ARGUMENT4: 4,
        pickletools.TAKEN_FROM_ARGUMENT4U: 4,
        pickletools.TAKEN_FROM_ARGUMENT8U: 8,
    }[opcode.arg.n]
    for opcode in pickletools.opcodes
    if opcode.arg and opcode.arg.n < 0 and opcode.arg.n != pickletools.UP_TO_NEWLINE
}
_LINES = {  # lines that an argument has
    opcode.code: 2 if opcode.name in ("GLOBAL", "INST") else 1
    for opcode in pickletools.opcodes
    if opcode.arg and opcode.arg.n == pickletools.UP_TO_NEWLINE
}
_STEPS = _argument_steps()
_STOP, _SHORT_TEXT = b".U"


def _check_opcodes(content: bytes) -> None:
    """Check that unpickling takes little time and memory: a few bytes can otherwise claim gigabytes.

    Raises
    ------
    DataError
        It might take more than any batch does.
    _NoPickle
        It has no end, or unknown opcodes.
    """
    position = long_numbers = 0
    try:
        for _ in range(_MAX_OPCODES):
            opcode = content[position]
            if opcode == _STOP:
                return
            step = _STEPS[opcode]
            if not step:
                if opcode == _SHORT_TEXT:  # most of the others, so it has no call
                    step = 2 + content[position + 1]
                else:
                    step = _step_over(content, position, chr(opcode))
                    long_numbers += chr(opcode) in _LONG_NUMBERS
                    if long_numbers > _MAX_LONG_NUMBERS:
                        raise DataError("it has more long numbers than a batch has")
            position += step
    except IndexError:
        raise _NoPickle("its end is missing") from None
    raise DataError("it is far more complicated than a batch is")


def _step_over(content: bytes, position: int, code: str) -> int:
    """Return the bytes up to the opcode after the one at `position`."""
    after = position + 1
    if code == "r":
        if int.from_bytes(content[after : after + 4], "little") > _MAX_OPCODES:
            raise DataError("it claims to remember more objects than it has")
        return 5
    if code in _COUNTED:
        counted = _COUNTED[code]
        return 1 + counted + int.from_bytes(content[after : after + counted], "little")
    for _ in range(_LINES.get(code, 0)):
        longest = _MAX_DIGITS if code == "I" else len(content) if code in _TEXTS else _MAX_LINE
        end = content.find(b"\n", after, after + longest + 1)
        if end < 0:
            raise _NoPickle("a line has no end")
        if code == "p" and not 0 <= _number(content[after:end]) <= _MAX_OPCODES:
            raise DataError("it claims to remember more objects than it has")
        after = end + 1
    if after == position + 1:
        raise _NoPickle("it is no pickle")
    return after - position


def _number(digits: bytes) -> int:
    return int(digits) if digits.isdigit() else -1


# ---- stand-ins for what a batch may ask for ----------------------------------------------------------------------


class _DType:
    """Stand-in for a dtype: its name, as "u1", and its byte order."""

    def __init__(self, name: object = "", *_: object) -> None:
        self.name = name.decode("ascii", "replace") if isinstance(name, bytes) else str(name)
        self.order = "<"

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order = state[1]
        order = order.decode("ascii", "replace") if isinstance(order, bytes) else str(order)
        self.order = ">" if order == ">" else "<"


class _Array:
    """Stand-in for an ndarray: its state, to be checked before NumPy gets it."""

    shape: tuple[int, ...] = ()
    dtype: Any = None
    in_columns = False  # Fortran's order
    values: bytes = b""

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _version, self.shape, self.dtype, in_columns, self.values = state
        self.in_columns = bool(in_columns)


def _reconstruct(*_: object) -> _Array:
    return _Array()


def _from_buffer(values: object, dtype: object, shape: object, order: object, *_: object) -> _Array:
    array = _Array()
    values = bytes(values) if isinstance(values, bytearray) else values
    array.__setstate__((1, shape, dtype, order == "F", values))
    return array


def _scalar(dtype: object, value: object = b"") -> object:
    """Return the number that a NumPy scalar is."""
    if not isinstance(dtype, _DType) or not isinstance(value, bytes) or dtype.name[:1] not in ("u", "i"):
        raise DataError("its labels are not all from 0 to 9")
    return int.from_bytes(value, "big" if dtype.order == ">" else "little", signed=dtype.name[:1] == "i")


def _encode(text: object, encoding: object = "") -> bytes:
    """Return the bytes that Python 3 writes as text in the old protocols."""
    if not isinstance(text, str) or encoding not in ("latin1", b"latin1"):
        raise DataError("it encodes something that is no text")
    return text.encode("latin1")


def _empty_bytes(*arguments: object) -> bytes:
    if arguments:
        raise DataError("it makes bytes of something")
    return b""


_ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _DType,
    ("_codecs", "encode"): _encode,
    ("__builtin__", "bytes"): _empty_bytes,
    ("collections", "OrderedDict"): dict,
}
for _core in ("numpy.core", "numpy._core"):  # before and since NumPy 2
    _ALLOWED[f"{_core}.multiarray", "_reconstruct"] = _reconstruct
    _ALLOWED[f"{_core}.multiarray", "scalar"] = _scalar
    _ALLOWED[f"{_core}.numeric", "_frombuffer"] = _from_buffer


class _SafeUnpickler(pickle.Unpickler):
    """Unpickler that knows no functions but the stand-ins above."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise DataError(f"it asks for {module}.{name}, which no CIFAR-10 file needs")
        return _ALLOWED[module, name]


def _unpickle(content: bytes) -> Any:
    try:
        return _SafeUnpickler(io.BytesIO(content), encoding="bytes").load()
    except DataError:
        raise
    except Exception as error:  # a garbled pickle raises nearly anything
        raise _NoPickle(str(error) or type(error).__name__) from None


# ---- what it contains --------------------------------------------------------------------------------------------


def _check(batch: Any) -> Arrays:
    data, labels = (_find(batch, name) for name in ("data", "labels"))
    if not isinstance(data, _Array) or not isinstance(labels, list | tuple | _Array):
        raise DataError("it contains no pictures and labels")
    numbers = _numbers(labels)
    return _pictures(data, len(numbers)), np.array(numbers, np.uint8)


def _find(batch: Any, name: str) -> Any:
    """Return an entry of a batch; its keys are text, or bytes if Python 2 wrote it."""
    if not isinstance(batch, dict):
        return None
    return batch.get(name, batch.get(name.encode()))


def _numbers(labels: Any) -> list[int]:
    if isinstance(labels, _Array):
        labels = _array_of_numbers(labels).tolist()
    if not all(isinstance(label, int) and 0 <= label < CLASSES for label in labels):
        raise DataError("its labels are not all from 0 to 9")
    return list(labels)


def _array_of_numbers(array: _Array) -> npt.NDArray[Any]:
    dtype = array.dtype
    if not isinstance(dtype, _DType) or dtype.name not in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"):
        raise DataError("its labels are not all from 0 to 9")
    width = int(dtype.name[1])
    if not isinstance(array.values, bytes) or len(array.values) % width:
        raise DataError("its labels are damaged")
    return np.frombuffer(array.values, dtype.order + dtype.name)


def _pictures(data: _Array, count: int) -> npt.NDArray[np.uint8]:
    if isinstance(data.dtype, _DType) and data.dtype.name not in ("u1", "i1", "b1"):
        raise DataError(f"its pictures are stored as {data.dtype.name[:10]}, not as unsigned bytes (u1)")
    if not count or not isinstance(data.values, bytes) or len(data.values) != count * _VALUES:
        raise DataError(f"it does not have one picture for each of its {count:,} labels")
    shapes = {(count, _VALUES), (count, 3, SIDE, SIDE), (count, SIDE, SIDE, 3)}
    if not isinstance(data.shape, tuple) or data.shape not in shapes:
        raise DataError(f"its pictures are not of {SIDE} x {SIDE} pixels in three colours")
    values = np.frombuffer(data.values, np.uint8).reshape(data.shape, order="F" if data.in_columns else "C")
    if data.shape[1:] == (SIDE, SIDE, 3):
        return np.ascontiguousarray(values)
    return np.ascontiguousarray(values.reshape(count, 3, SIDE, SIDE).transpose(0, 2, 3, 1))
