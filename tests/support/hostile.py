"""Damaged and made-up content, for tests of what reads it."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from hypothesis import strategies as st

T = TypeVar("T")

# Numbers, texts and objects where others were expected.
ODD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 10**12, 10**17, 2**63, 2**64, -(2**63), 10**400]),
    st.sampled_from([0.0, -0.5, 1e-320, 1e308, float("nan"), float("inf"), float("-inf")]),
    st.sampled_from(["", "x", "\0", "1e999", "/etc/passwd", "../..", "\N{SNOWMAN}" * 9, "d", "cpu"]),
    st.integers(),
    st.text(max_size=9),
    st.sampled_from([[], {}, [[]], {"": {}}, [None] * 9]),
)


@st.composite
def damaged_bytes(draw: st.DrawFn, whole: bytes) -> bytes:
    """The content of a file with some bits flipped, a piece cut out, doubled or overwritten, or its end missing."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(1, 64))
        match draw(st.sampled_from(["flip", "cut", "insert", "double", "end", "overwrite"])):
            case "flip":
                data[place : place + 1] = bytes(
                    each ^ (1 << draw(st.integers(0, 7))) for each in data[place : place + 1]
                )
            case "cut":
                del data[place : place + length]
            case "insert":
                data[place:place] = draw(st.binary(max_size=16))
            case "double":
                data[place:place] = data[place : place + length]
            case "end":
                del data[place:]
            case "overwrite":
                data[place : place + length] = bytes([draw(st.sampled_from([0, 0x20, 0x5B, 0x7B, 0xFF]))]) * length
    return bytes(data)


@st.composite
def damaged_json(draw: st.DrawFn, whole: Any) -> Any:
    """A JSON value with one of its parts missing, renamed or of an odd value."""
    if isinstance(whole, dict) and whole and draw(st.integers(0, 4)):
        name = draw(st.sampled_from(sorted(whole)))
        match draw(st.sampled_from(["inside", "inside", "odd", "drop", "rename"])):
            case "inside":
                return whole | {name: draw(damaged_json(whole[name]))}
            case "odd":
                return whole | {name: draw(ODD_VALUES)}
            case "drop":
                return {key: value for key, value in whole.items() if key != name}
            case _:
                return {(f"{key}x" if key == name else key): value for key, value in whole.items()}
    if isinstance(whole, list) and whole and draw(st.integers(0, 2)):
        index = draw(st.integers(0, len(whole) - 1))
        return [*whole[:index], draw(damaged_json(whole[index])), *whole[index + 1 :]]
    return draw(ODD_VALUES)


def damaged_tensor(whole: torch.Tensor) -> st.SearchStrategy[torch.Tensor]:
    """A tensor instead of another: of another shape or type, or with odd values."""
    return st.sampled_from(
        [
            torch.zeros(0),
            torch.zeros(1),
            torch.zeros(2, 2),
            torch.zeros(()),
            torch.zeros(3, dtype=torch.uint8),
            whole.flatten(),
            whole[..., None],
            whole.flatten()[:-1],
            torch.cat([whole.flatten(), whole.flatten()]),
            whole.to(torch.float64),
            whole.to(torch.int64),
            whole.to(torch.bool),
            torch.full_like(whole, 255 if whole.dtype == torch.uint8 else -1),
            torch.zeros_like(whole),
        ]
    )


@st.composite
def damaged_tensors(draw: st.DrawFn, whole: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Named tensors with one missing, renamed, exchanged or of another kind."""
    name = draw(st.sampled_from(sorted(whole)))
    other = draw(st.sampled_from(sorted(whole)))
    rest = {key: tensor for key, tensor in whole.items() if key != name}
    match draw(st.sampled_from(["tensor", "tensor", "tensor", "drop", "rename", "exchange"])):
        case "tensor":
            return rest | {name: draw(damaged_tensor(whole[name]))}
        case "drop":
            return rest
        case "rename":
            return rest | {draw(st.sampled_from([f"{name}x", "", "opt_g.99.exp_avg", "opt_g.x", "rng."])): whole[name]}
        case _:
            return whole | {name: whole[other], other: whole[name]}


@contextmanager
def bounded_memory(megabytes: float) -> Iterator[None]:
    """Fail if Python has allocated as much as that at any time meanwhile; what torch allocates does not count."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert peak < megabytes, f"{peak:.0f} MB"


def attempt(call: Callable[[], T], refusal: type[Exception]) -> tuple[T | None, str]:
    """Return what a reader returns, or None and the sentence of its own error; any other error is the test's."""
    try:
        return call(), ""
    except refusal as error:
        return None, str(error)
