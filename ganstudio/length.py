"""Length of a run: a number of epochs, of steps or of seconds, or until the user stops it.

`steps` and `seconds` take precedence over `epochs`; of these two, the one that is reached first ends the run. With all
three at 0 only the user ends it, and learning rates that would fall during the run stay as they are set.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganstudio.config import RunConfig

SETTINGS = ("epochs", "steps", "seconds")
UNTIL_STOPPED = "until stopped"


def deciding_setting(config: "RunConfig") -> str:
    """Return the name of the setting that ends the run, "" if none does; "steps" if steps and seconds are both set."""
    values = _values(config)
    return next((name for name in ("steps", "seconds", "epochs") if values[name]), "")


def describe(config: "RunConfig") -> str:
    """Return the length as text: "5 epochs", "500 steps", "10 min", "500 steps or 10 min", "until stopped"."""
    values = _values(config)
    parts = [describe_amount(name, values[name]) for name in ("steps", "seconds") if values[name]]
    if not parts and config.epochs:
        parts = [describe_amount("epochs", config.epochs)]
    return " or ".join(parts) or UNTIL_STOPPED


def describe_amount(name: str, value: float) -> str:
    """Return a length in one of `SETTINGS` as text: "1 epoch", "500 steps", "90 s", "10 min"."""
    if name == "seconds":
        return f"{value:,.10g} s" if value % 60 else f"{value / 60:,.10g} min"
    return f"{value:,.0f} {name if value != 1 else name[:-1]}"


def fraction_done(config: "RunConfig", step: int, seconds: float, batches: float, batches_per_epoch: int = 1) -> float:
    """Return the fraction of a run that is done, 0..1.

    It is that of the steps or the time if they are set, else that of the epochs; 0 for a run without an end.

    Parameters
    ----------
    config
        Settings of the run.
    step
        Rounds that are done.
    seconds
        Training time so far.
    batches
        Batches of real pictures so far, or passes over the data if `batches_per_epoch` is 1.
    batches_per_epoch
        Batches in a pass over the data.
    """
    fractions = [step / config.steps] if config.steps else []
    fractions += [seconds / config.seconds] if config.seconds else []
    if not fractions and config.epochs:
        fractions = [batches / (config.epochs * batches_per_epoch)]
    return min(1.0, max(fractions, default=0.0))


def changes_to(config: "RunConfig", name: str, value: float) -> dict[str, float]:
    """Return the settings to change for a run of another length, in an order that never ends it in between.

    Parameters
    ----------
    config
        The settings as they are.
    name
        One of `SETTINGS`, or "" for a run without an end.
    value
        The length in that setting.
    """
    new: dict[str, float] = {name: value} if name else {"epochs": 0}
    new |= {other: 0 for other in ("steps", "seconds") if other != name}
    values = _values(config)
    return {setting: number for setting, number in new.items() if values[setting] != number}


def _values(config: "RunConfig") -> dict[str, float]:
    return {"epochs": config.epochs, "steps": config.steps, "seconds": config.seconds}
