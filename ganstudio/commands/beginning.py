"""What the networks of a new run begin with, printed before it trains."""

import sys
from collections.abc import Sequence

from ganstudio import config as cfg
from ganstudio.runs import begin_from
from ganstudio.runs.runner import Runner
from ganstudio.training import beginning


def take_networks(config: cfg.RunConfig, given: Sequence[str]) -> cfg.RunConfig:
    """Return settings with the networks of the model that a run begins from, and say what that changed.

    Parameters
    ----------
    config
        Settings of the run.
    given
        Those, by dotted name, that stay as they are. The hash of another model, from a file of settings, does not.

    Raises
    ------
    InputError
        There is no such model, or it is of no use.
    """
    if "begin.sha256" not in given:
        config = cfg.change(config, "begin.sha256", "")
    origin = begin_from.load(config.begin.source)
    taken = beginning.take_networks(config, origin, given)
    if changes := cfg.differences(config, taken):
        words = ", ".join(f"{path} {new}" for path, _, new in changes)
        print(f"Networks as {origin.title} has them: {words}.", file=sys.stderr)
    return taken


def print_beginning(runner: Runner) -> None:
    """Print what became of every tensor, if the run does not begin with random weights."""
    if runner.beginning is not None:
        print(*begin_from.format_table(runner.beginning), begin_from.describe(runner.beginning), sep="\n", flush=True)
