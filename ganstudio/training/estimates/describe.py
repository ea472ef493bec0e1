"""Estimates in words, the same for the window and the command line."""

import dataclasses
import math

from ganstudio import length
from ganstudio.text import format_time
from ganstudio.training.estimates.estimate import Estimate, count_recognisable
from ganstudio.training.estimates.memory import Memory
from ganstudio.training.estimates.options import Option
from ganstudio.training.estimates.timing import Forecast

_SURE = 1.05  # a smaller spread is no range


def memory(estimate: Estimate) -> str:
    """Return "1.4 GB" or, with a GPU, "3.1 GB of the GPU and 1.4 GB"."""
    need = estimate.memory
    host = gigabytes(need.total)
    return f"{gigabytes(need.on_device)} of the GPU and {host}" if need.on_device else host


def memory_beside(estimate: Estimate) -> str:
    """Return what the run takes beside the program that shows it: "0.3 GB"; as `memory` with a GPU."""
    need = estimate.memory
    return memory(dataclasses.replace(estimate, memory=dataclasses.replace(need, libraries=0)))


def memory_parts(need: Memory) -> str:
    """Return what takes memory in the computer: "Python and PyTorch 0.3 GB, data 47 MB, ..."."""
    parts = {
        "Python and PyTorch": need.libraries,
        "data": need.pictures,
        "networks": need.networks,
        "a batch": need.training,
        "checkpoints": need.saving,
        "measuring": need.measuring,
    }
    return ", ".join(f"{name} {gigabytes(size)}" for name, size in parts.items() if size)


def shortage(estimate: Estimate) -> str:
    """Return what is missing, as a sentence; "" if there is enough memory."""
    need = estimate.memory
    if need.on_device > estimate.free_on_device:
        return (
            f"This run needs about {gigabytes(need.on_device)} of the memory of {estimate.config.engine.device}, and "
            f"{gigabytes(estimate.free_on_device)} are free."
        )
    if need.added > estimate.free:
        return f"This run needs about {gigabytes(need.added)} of memory, and {gigabytes(estimate.free)} are free."
    return ""


def time(estimate: Estimate) -> str:
    """Return "about 3 h 20 min (2 h 40 min to 4 h 10 min) for 600,000 pictures"; "" if it is not known."""
    if not length.deciding_setting(estimate.config):
        return length.UNTIL_STOPPED
    seconds = estimate.seconds
    if seconds is None:
        return ""
    noun = "points" if estimate.config.makes_points else "pictures"
    pictures = f" for {_round(estimate.images):,} {noun}" if math.isfinite(estimate.images) else ""
    return f"{_with_range(seconds)}{pictures}"


def recognisable(estimate: Estimate) -> str:
    """Return when pictures are recognisable for the first time, by a rule of thumb; "" if that is not known."""
    after, needed = estimate.recognisable, count_recognisable(estimate.config)
    if after is None:
        return ""
    pictures = f"about {_round(needed):,} pictures"
    if _is_too_short(estimate):
        return f"probably not in this run: D sees {_round(estimate.images):,} pictures, and they take {pictures}"
    return f"in about {format_time(after.seconds)}, after {pictures}"


def recognisable_briefly(estimate: Estimate) -> str:
    """Return "recognisable in about 20 min" or "too short to be recognisable"; "" if that is not known."""
    after = estimate.recognisable
    if after is None:
        return ""
    if _is_too_short(estimate):
        return "probably too short to be recognisable"
    return f"recognisable in about {format_time(after.seconds)}"


def _is_too_short(estimate: Estimate) -> bool:
    return estimate.images < count_recognisable(estimate.config) / 2


def option(option: Option, lesser: Estimate) -> str:
    """Return "batches of 32, 2 for an update (2.1 GB; as many pictures in an update)"."""
    need = lesser.memory
    size = gigabytes(need.on_device or need.added)
    return f"{option.label} ({size}; {option.effect})"


def gigabytes(count: int) -> str:
    """Return a number of bytes as "1.4 GB" or "470 MB"."""
    if count < 0.95e9:
        return f"{max(1, round(count / 1e6, -1 if count > 1e8 else 0)):,.0f} MB"
    return f"{count / 1e9:.1f} GB"


def _with_range(forecast: Forecast) -> str:
    seconds, spread = forecast.seconds, forecast.spread
    if spread < _SURE:
        return format_time(seconds)
    return f"about {format_time(seconds)} ({format_time(seconds / spread)} to {format_time(seconds * spread)})"


def _round(count: float) -> int:
    """Return a number with two digits that count."""
    return int(round(count, 1 - math.floor(math.log10(count)))) if count >= 1 else 0
