"""What goes on before a run's first step, which may take some seconds: words for a person who waits."""

from collections.abc import Callable

StageCallback = Callable[[str], None]  # takes the stage that begins

LOADING = "Loading PyTorch"
READING = "Reading the data set"
BUILDING = "Building the networks"
FIRST_STEPS = "First steps"


def measuring(threads: list[int], precisions: list[str]) -> str:
    """That this computer is measured, and between what: "Measuring this computer: 2 threads or 1"."""
    ways = [_either([str(count) for count in threads], "threads ") if len(threads) > 1 else "", _either(precisions)]
    return "Measuring this computer: " + ", ".join(way for way in ways if way)


def ignore_stage(_: str) -> None:
    """Tells nobody."""


def _either(ways: list[str], unit: str = "") -> str:
    """ "2 threads or 1"; "" where there is no choice."""
    if len(ways) < 2:
        return ""
    return f"{ways[0]} {unit}or {ways[-1]}" if len(ways) == 2 else f"{ways[0]} {unit}down to {ways[-1]}"
