"""How a field of a configuration is declared: with its label, unit, limits, choices and help; and how it is checked."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import msgspec

from ganstudio.errors import ConfigError


@dataclass(frozen=True)
class Setting:
    """What is declared about one field beyond its type and default."""

    label: str
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    live: bool = False  # may change while the run is going
    why_fixed: str = ""  # said where a field cannot change during a run


def setting(default: Any, label: str, help: str, **declared: Any) -> Any:
    """Dataclass field with its `Setting` in the metadata."""
    return field(default=default, metadata={"setting": Setting(label, help, **declared)})


@dataclass(frozen=True)
class Declared:
    """One setting with its place: `path` is its dotted name, `group` the part it stands in ("" at the top)."""

    path: str
    group: str
    name: str
    type: type
    default: Any
    setting: Setting

    @property
    def flag(self) -> str:
        """Command-line flag: --schedule.d-steps."""
        return "--" + self.path.replace("_", "-")


def declared(part: type, group: str = "") -> list[Declared]:
    """All settings of the dataclass `part` and of the dataclasses in it, in the order of their declaration."""
    found: list[Declared] = []
    hints = get_type_hints(part)
    for each in dataclasses.fields(part):
        if dataclasses.is_dataclass(hints[each.name]):
            found += declared(hints[each.name], each.name)
        elif "setting" in each.metadata:
            path = f"{group}.{each.name}" if group else each.name
            found.append(Declared(path, group, each.name, hints[each.name], each.default, each.metadata["setting"]))
    return found


def check(known: Declared, value: Any) -> Any:
    """`value` as the setting's type and within its limits; else a ConfigError that says what was expected."""
    rules = known.setting
    try:
        value = msgspec.convert(value, known.type, strict=not isinstance(value, str))
    except msgspec.ValidationError:
        raise ConfigError(f"{known.path} must be {expected(known)}; got {value!r}.") from None
    inside = (rules.low is None or value >= rules.low) and (rules.high is None or value <= rules.high)
    if not inside or (rules.choices and value not in rules.choices):
        raise ConfigError(f"{known.path} must be {expected(known)}; got {value!r}.")
    return value


def _number(value: float) -> str:
    """ "10,000,000", "0.999", "1e-7"."""
    return f"{value:,.10g}".replace("e-0", "e-")


def expected(known: Declared) -> str:
    """What the setting accepts, in words: "a whole number from 1 to 100"."""
    rules = known.setting
    if rules.choices:
        return "one of " + ", ".join(str(choice) for choice in rules.choices)
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}[known.type]
    if rules.low is not None and rules.high is not None:
        words += f" from {_number(rules.low)} to {_number(rules.high)}"
    return words + (f" ({rules.unit})" if rules.unit else "")
