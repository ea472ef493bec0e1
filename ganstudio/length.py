"""How long a run is: a number of epochs, of steps or of seconds, or until it is stopped.

`steps` and `seconds` go before `epochs`; of both, what is reached first ends the run. With all three at 0 nothing but a
person does, and learning rates that would fall with the run stay as they are set.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganstudio.config import RunConfig

SETTINGS = ("epochs", "steps", "seconds")
UNTIL_STOPPED = "until stopped"


def ruling(config: "RunConfig") -> str:
    """Name of the setting that ends the run; "" where none does. With steps and seconds both set: "steps"."""
    return next((name for name in ("steps", "seconds", "epochs") if getattr(config, name)), "")


def words(config: "RunConfig") -> str:
    """ "5 epochs", "500 steps", "10 min", "500 steps or 10 min", "until stopped"."""
    said = [amount(name, getattr(config, name)) for name in ("steps", "seconds") if getattr(config, name)]
    if not said and config.epochs:
        said = [amount("epochs", config.epochs)]
    return " or ".join(said) or UNTIL_STOPPED


def amount(name: str, value: float) -> str:
    """A length in one of SETTINGS, in words: "1 epoch", "500 steps", "90 s", "10 min"."""
    if name == "seconds":
        return f"{value:,.10g} s" if value % 60 else f"{value / 60:,.10g} min"
    return f"{value:,.0f} {name if value != 1 else name[:-1]}"


def changes(config: "RunConfig", name: str, value: float) -> dict[str, float]:
    """What to set for a run of `value` in the setting `name`, or with no end (""): no more than differs.

    In an order that never ends a run between two of them.
    """
    wanted: dict[str, float] = {name: value} if name else {"epochs": 0}
    wanted |= {other: 0 for other in ("steps", "seconds") if other != name}
    return {path: value for path, value in wanted.items() if getattr(config, path) != value}
