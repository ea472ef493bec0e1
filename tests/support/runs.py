"""Tiny runs: networks of a few hundred weights, 64 pictures, steps of a millisecond or two."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from ganstudio.events import Event, Marked, Measured, Samples, Tick
from ganstudio.runs import checkpoint, history, runner
from ganstudio.runs.history_rows import Row
from ganstudio.system import lock

Start = Callable[..., runner.Runner]

TINY = {
    "preset": "tiny",
    "data": {"name": "digits"},
    "network": {"name": "mlp", "z_size": 4, "width": 4},
    "optimizer": {"batch_size": 8},
    "engine": {"device": "cpu", "precision": "float32", "threads": 1},
    "output": {"grid": 2, "checkpoint_seconds": 86_400.0, "sample_seconds": 3600.0, "tick_seconds": 60.0},
    "steps": 6,
}


def tick(step: int, **values: object) -> Tick:
    """A tick like a trainer's."""
    known = {
        "step": step,
        "images": step * 8,
        "epoch": step / 10,
        "seconds": step / 4,
        "d_loss": 1.25,
        "g_loss": 0.75,
        "d_loss_max": 1.5,
        "g_loss_max": 0.875,
        "d_acc_real": 0.5,
        "d_acc_fake": 0.75,
        "d_acc": 0.625,
        "d_real": 0.5,
        "d_fake": 0.25,
        "value": -1.5,
        "images_per_second": 1000.0,
        "memory": 123,
    }
    return Tick(**(known | values))


def measured(step: int, fcd: float, **values: object) -> Measured:
    """A measurement like a run's."""
    known = {
        "step": step,
        "epoch": step / 10,
        "seconds": 0.5,
        "features": "random-conv-64",
        "count": 100,
        "fcd": fcd,
        "precision": 0.75,
        "recall": 0.5,
        "density": 1.25,
        "coverage": 0.625,
    }
    return Measured(**(known | values))


def grid(step: int, kept: bool = False, count: int = 4, channels: int = 1) -> Samples:
    """Pictures of noise, the same for the same step."""
    shape = (count, 28, 28) if channels == 1 else (count, 28, 28, channels)
    return Samples(step, step / 10, np.random.default_rng(step).integers(0, 256, shape, np.uint8), kept)


def of(kind: type, events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def marks(events: list[Event], kind: str) -> list[Marked]:
    return [event for event in of(Marked, events) if event.kind == kind]


def until(events: Iterator[Event], kind: type, step: int | None = None) -> list[Event]:
    """Events up to the first of a kind (and step)."""
    told = []
    for event in events:
        told.append(event)
        if isinstance(event, kind) and step in (None, getattr(event, "step", None)):
            return told
    raise AssertionError(f"the run ended without {kind.__name__}")


def weights(path: Path, step: int) -> dict[str, torch.Tensor]:
    return checkpoint.load(path / "checkpoints" / f"{step:08d}.safetensors").tensors


def assert_same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    assert one.keys() == other.keys()
    assert [name for name in one if not torch.equal(one[name], other[name])] == []


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


def append_rows(path: Path, *rows: Row) -> None:
    """Append rows to a history."""
    for row in rows:
        history.append(path, row)


def cut_off(path: Path) -> None:
    """Have a run look as if its program had been killed: no end in its history, and a lock that nobody holds."""
    file = path / "history.jsonl"
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if '"finished"' not in line))
    (path / "run.lock").write_bytes(msgspec.json.encode(asdict(lock._me())))
