"""Stages of preparing a run, which may take some seconds: texts for the user who waits."""

from collections.abc import Callable

StageCallback = Callable[[str], None]  # called with the stage that begins

LOADING = "Loading PyTorch"
READING = "Reading the data set"
BUILDING = "Building the networks"
FIRST_STEPS = "First steps"
ESTIMATING = "Estimating what the run takes"
MEASURING_CONVOLUTIONS = "Measuring this computer: direct convolutions or Winograd's algorithm"


def measuring(threads: list[int], precisions: list[str]) -> str:
    """Return the stage of measuring this computer, with what is compared.

    Examples
    --------
    >>> measuring([2, 1], ["float32", "bfloat16"])
    'Measuring this computer: 2 threads or 1, float32 or bfloat16'
    """
    candidates = [
        _alternatives([str(count) for count in threads], "threads ") if len(threads) > 1 else "",
        _alternatives(precisions),
    ]
    return "Measuring this computer: " + ", ".join(text for text in candidates if text)


def ignore_stage(stage: str) -> None:
    """Do nothing: nobody waits."""


def _alternatives(names: list[str], unit: str = "") -> str:
    """Return names as text: "2 threads or 1"; "" if there is no choice."""
    if len(names) < 2:
        return ""
    return f"{names[0]} {unit}or {names[-1]}" if len(names) == 2 else f"{names[0]} {unit}down to {names[-1]}"
