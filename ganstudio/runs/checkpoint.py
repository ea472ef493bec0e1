"""Checkpoints and snapshots: one safetensors file, written in one move, with its own checksum.

The header's `__metadata__` holds the schema number, `meta` as JSON, and a sha256 over schema, meta and every tensor's
name, type, shape and bytes: safetensors by itself loads a flipped bit silently. Reading executes nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError

from ganstudio.errors import RunError, reason
from ganstudio.runs import header, numbered, places
from ganstudio.runs.info import SCHEMA
from ganstudio.system import atomic, reading
from ganstudio.training.state import Diverged, State

_HEADER_BYTES = 1 << 16  # about
_SMALL_BYTES = 1 << 20  # of parts that are written together


def save(path: Path, state: State) -> None:
    """Write a checkpoint so that it is on the disk, whole, when this returns.

    Raises
    ------
    Diverged
        A weight is NaN or infinite.
    OSError, RuntimeError
        It cannot be written. The file that was at `path` before, if any, is unchanged.
    """
    if broken := _not_finite(state.tensors):
        raise Diverged(f"Training broke: {broken} contains NaN or infinite numbers. Lower learning rates may help.")
    places.make_missing_folder(path)
    atomic.write(path, _pack(state.tensors, state.meta), durable=True)


def size_of(state: State) -> int:
    """Return about how many bytes the file of a state has."""
    return _HEADER_BYTES + sum(tensor.numel() * tensor.element_size() for tensor in state.tensors.values())


def load(path: Path) -> State:
    """Read a checkpoint. Raises RunError for anything but a whole one that this program can use."""
    return State(*load_snapshot(path))


def save_snapshot(path: Path, tensors: Mapping[str, torch.Tensor], meta: Mapping[str, Any]) -> None:
    """Write a snapshot whole or not at all, without waiting for the disk. Raises OSError or RuntimeError."""
    places.make_missing_folder(path)
    atomic.write(path, _pack(tensors, meta), durable=False)


def load_snapshot(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Read a snapshot: tensors on the CPU and `meta`. Raises RunError as `load` does."""
    try:
        with reading.open_file(path) as file:
            about = header.about(path, file)
            file.seek(0)
            data = file.read()
        tensors = safetensors.torch.load(data)
    except FileNotFoundError:
        raise RunError(f"{path} does not exist.") from None
    except MemoryError:
        raise RunError(f"{path} cannot be read: there is not enough memory for it.") from None
    except OSError as error:
        raise RunError(f"{path} cannot be read: {reason(error)}.") from None
    except SafetensorError as error:
        raise RunError(f"{path} cannot be read: {error}.") from None
    if about.get("sha256") != _checksum(tensors, about):
        raise RunError(f"{path} is damaged: its content does not match its checksum.")
    if broken := _not_finite(tensors):
        raise RunError(f"{path} cannot be used: {broken} contains NaN or infinite numbers.")
    return tensors, header.parse(path, about["meta"])


def newest_valid(
    run: Path,
    at: int | None = None,
    before_edit: bool = False,
    check: Callable[[Path, State], None] = lambda path, state: None,
) -> tuple[State, Path, list[str]]:
    """Load the newest valid checkpoint of a run.

    Parameters
    ----------
    run
        Folder of the run.
    at
        Only checkpoints of steps up to this one; None: all.
    before_edit
        Whether to prefer, at a step where settings were changed, the state before; see `RunFolder.before_edit_path`.
    check
        Raises RunError for a state that cannot be used though its file is whole.

    Returns
    -------
    state : State
    path : Path
        Its file.
    skipped : list of str
        A sentence on each newer checkpoint that cannot be used.

    Raises
    ------
    RunError
        There is none.
    """
    saved = numbered.list_files(run / "checkpoints", ".safetensors")
    files = [path for step, path in reversed(saved) if at is None or step <= at]
    if at is not None and saved and not files:
        raise RunError(f"{run} cannot go back to step {at:,}: its oldest checkpoint is at step {saved[0][0]:,}.")
    skipped: list[str] = []
    pairs = [(path, path.with_name(f"before-{path.name}")) for path in files]
    candidates = [path for pair in pairs for path in (reversed(pair) if before_edit else pair)]
    for path in filter(Path.exists, candidates):
        try:
            state = load(path)
            check(path, state)
            return state, path, skipped
        except RunError as error:
            skipped.append(f"Skipped a checkpoint. {error}")
    raise RunError(" ".join([f"{run} has no checkpoint that can be resumed.", *skipped]))


def _pack(tensors: Mapping[str, torch.Tensor], meta: Mapping[str, Any]) -> Iterator[bytes | memoryview]:
    """Return the content of a file, in parts: the header, and each tensor where it is in memory.

    `safetensors.torch.save` joins them, and holds Python's lock meanwhile: with hundreds of megabytes the window stood
    for a second.
    """
    # Copies: training goes on, and tensors that are views of one buffer share memory.
    plain = {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in tensors.items()}
    about = {"schema": str(SCHEMA), "meta": json.dumps(meta)}
    # The largest types first, as safetensors itself orders them: each tensor is aligned.
    names = sorted(plain, key=lambda name: (-plain[name].element_size(), name))
    start = header.pack(
        {name: (_type(plain[name]), plain[name].shape, plain[name].nbytes) for name in names},
        about | {"sha256": _checksum(plain, about)},
    )
    return _join_small([start, *(_bytes(plain[name]) for name in names if plain[name].numel())])


def _join_small(parts: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """Yield the same content in fewer parts: after each write the thread may have to wait for Python's lock."""
    joined = b""
    for part in parts:
        if len(joined) + len(part) > _SMALL_BYTES:
            yield joined
            joined = b""
        if len(part) > _SMALL_BYTES:
            yield part
        else:
            joined += part
    yield joined


def _type(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _bytes(tensor: torch.Tensor) -> memoryview:
    return tensor.reshape(-1).view(torch.uint8).numpy().data


def _checksum(tensors: Mapping[str, torch.Tensor], about: Mapping[str, str]) -> str:
    digest = hashlib.sha256(json.dumps([about.get("schema"), about.get("meta")]).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(json.dumps([name, str(tensor.dtype), list(tensor.shape)]).encode())
        digest.update(_bytes(tensor))
    return digest.hexdigest()


def _not_finite(tensors: Mapping[str, torch.Tensor]) -> str:
    """Return the name of a tensor that contains NaN or infinity; "" if none does."""
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            return name
    return ""
