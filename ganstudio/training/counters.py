"""Figures of a checkpoint beside its tensors: how far the run was. They come out of a file, so each has its limits."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from ganstudio.errors import RunError, reason

# A thousand rounds a second for thirty thousand years; far below what an int64 holds.
MAX_COUNT = 10**15
MAX_SECONDS = 10**12
_MAX_SCALE = 2.0**100  # of float16 losses; a float32 holds it

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_SECONDS)]
Figure = Annotated[float, msgspec.Meta(ge=-(2.0**100), le=2.0**100)]
Scale = Annotated[float, msgspec.Meta(gt=0, le=_MAX_SCALE)]


class ScheduleState(msgspec.Struct, frozen=True):
    """Whose turn it is, and how many updates of it are left; see `Schedule`."""

    whose: Literal["d", "g"]
    left: Count


class AugmentationState(msgspec.Struct, frozen=True):
    """Probability of augmentation, and what decides it next; see `adaptive.Adaptation`."""

    p: Annotated[float, msgspec.Meta(ge=0, le=1)]
    signs: tuple[Figure, Figure]
    logits: tuple[Figure, Figure, Figure]
    held_out: Count


class Counters(msgspec.Struct, frozen=True):
    """What `Game.state` puts into `State.meta`."""

    step: Count
    images: Count
    batches_done: Count
    position: Count  # batches taken of the present epoch
    seconds: Seconds
    schedule: ScheduleState
    d_updates: Count | None = None  # the first checkpoints did not count them
    scales: list[Scale] = []  # those of the first checkpoints were not written
    augmentation: AugmentationState | None = None  # only of runs that adapt it


def read_counters(meta: Mapping[str, Any]) -> Counters:
    """Return the figures in `State.meta`.

    Raises
    ------
    RunError
        One is missing, of another type or outside its limits.
    """
    try:
        return msgspec.convert(dict(meta), Counters)
    except msgspec.ValidationError as error:
        raise RunError(
            f"The checkpoint cannot be used: its figures are not those of a run ({reason(error)})."
        ) from None
