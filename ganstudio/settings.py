"""Declaration of a setting: label, unit, limits, choices, help, place in the form; and the check of its values.

A setting is a field of a dataclass, declared with `setting`. Everything that has to know about it (flags, form,
tooltips, summaries, branches, CUDA graphs, benchmarks) reads the declaration; nothing else lists settings by name.
"""

import dataclasses
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

import msgspec

from ganstudio.errors import ConfigError

T = TypeVar("T")

MAX_SHORT_UNIT = 2  # letters: a unit up to that length stands behind its value
_TYPE_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
_KEY, _OWN = "setting", "own"  # in a dataclass field's metadata: declaration, and what differs from the part's


class Section(StrEnum):
    """Sections of the form, in the order in which they are shown."""

    TOP = "top"  # above the sections, with a control of its own
    NETWORKS = "networks"
    OBJECTIVE = "objective"
    PENALTIES = "penalties"
    STABILISERS = "stabilisers"
    SCHEDULE = "schedule"
    OPTIMISER = "optimiser"
    PICTURES = "pictures"
    SAVING = "saving"
    ENGINE = "engine"


@dataclasses.dataclass(frozen=True)
class Part:
    """Defaults for the settings of one part of the configuration; see `Setting` for the fields.

    A dataclass of settings has it as its `PART`.
    """

    section: Section
    on_resume: bool = False
    on_branch: bool = True
    in_cuda_graph: bool = True
    costly: bool = False
    benchmarked: bool = True
    term: str = ""


@dataclasses.dataclass(frozen=True)
class Notation:
    """How values are written that are neither numbers nor names.

    Parameters
    ----------
    read
        Returns what was given as the setting's value; raises ValueError if it cannot be one, with a sentence on what
        could be meant, or without.
    accepted
        What is accepted, for users: "a side such as 64".
    placeholder
        Stands for a value in the help of a command.
    suggestions
        Values to choose from; others may be typed.
    """

    read: Callable[[Any], Any]
    accepted: str
    placeholder: str
    suggestions: tuple[Any, ...] = ()


@dataclasses.dataclass(frozen=True)
class Setting:
    """Declaration of one setting, with its place in the configuration.

    Parameters
    ----------
    path
        Dotted name, such as "optimizer.d_lr".
    group, name
        Part of the configuration that the setting belongs to ("" at the top), and its name there.
    type, default
        Type of the values, and the value where nothing else is set.
    label, help
        Name and explanation for users. What there is to say about one choice belongs in `choices`.
    unit
        Unit of a number; "" for none.
    low, high
        Smallest and largest value of a number, both allowed.
    choices
        The values to choose from, each with a line of help, which may be "". Empty: any value within the limits.
    notation
        How values are written that are neither numbers nor names; None: they are one or the other.
    live
        Whether the setting may change while a run trains.
    why_fixed
        Sentence for users: why a setting that is not live cannot change during a run.
    on_resume
        Whether the setting may change when a run is resumed. Every live setting may.
    on_branch
        Whether a branch may have another value than its parent.
    section
        Section of the form.
    shown_if
        Whether the setting has an effect in a run with this configuration (a RunConfig). None: always.
    needs_labels
        Whether the setting has no effect for data without labels.
    short
        How a summary shows the value, which replaces {}; "" leaves the setting out.
    off
        Value that switches off what the setting controls; a summary leaves it out then. None: there is none.
    in_cuda_graph
        Whether a recorded update, as a CUDA graph or on the CPU, contains the value, so that it must be recorded again
        after a change.
    costly
        Whether the training time of a picture depends on the setting.
    benchmarked
        Whether the label of a benchmark names the setting if it differs from the preset's.
    term
        Entry of the glossary that explains the setting where no entry names the setting itself; "" for none.
    in_own_section
        Whether `section` is the section of the setting's part of the configuration.
    """

    label: str
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: Mapping[Any, str] = dataclasses.field(default_factory=dict, hash=False)
    notation: Notation | None = None
    live: bool = False
    why_fixed: str = ""
    on_resume: bool = False
    on_branch: bool = True
    section: Section = Section.TOP
    shown_if: Callable[[Any], bool] | None = None
    needs_labels: bool = False
    short: str = "{}"
    off: Any = None
    in_cuda_graph: bool = True
    costly: bool = False
    benchmarked: bool = True
    term: str = ""
    in_own_section: bool = True
    path: str = ""
    group: str = ""
    name: str = ""
    type: type = str
    default: Any = None

    @property
    def flag(self) -> str:
        """Command-line flag: --schedule.d-steps."""
        return "--" + self.path.replace("_", "-")

    @property
    def full_help(self) -> str:
        """Help, followed by that of each choice: "... constant: they stay as set. linear: ..."."""
        return " ".join(
            filter(None, (self.help, *(f"{value}: {text}" for value, text in self.choices.items() if text)))
        )


def setting(
    default: T,
    label: str,
    help: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: Mapping[T, str] | None = None,
    notation: Notation | None = None,
    live: bool = False,
    why_fixed: str = "",
    on_resume: bool | None = None,
    on_branch: bool | None = None,
    section: Section | None = None,
    shown_if: Callable[[Any], bool] | None = None,
    needs_labels: bool = False,
    short: str = "{}",
    off: T | None = None,
    in_cuda_graph: bool | None = None,
    term: str | None = None,
    costly: bool | None = None,
    benchmarked: bool | None = None,
) -> T:
    """Declare a dataclass field as a setting.

    See `Setting` for the parameters. None stands for what the part of the configuration says; see `Part`.

    Returns
    -------
    T
        For type checkers the default, so that they compare it with the field's type. In fact a `dataclasses.Field`.
    """
    declaration = Setting(
        label,
        help,
        unit=unit,
        low=low,
        high=high,
        choices=choices or {},
        notation=notation,
        live=live,
        why_fixed=why_fixed,
        shown_if=shown_if,
        needs_labels=needs_labels,
        short=short,
        off=off,
    )
    own = {
        "on_resume": True if live else on_resume,
        "on_branch": on_branch,
        "section": section,
        "in_cuda_graph": in_cuda_graph,
        "term": term,
        "costly": costly,
        "benchmarked": benchmarked,
    }
    own = {name: value for name, value in own.items() if value is not None}
    field: T = dataclasses.field(default=default, metadata={_KEY: declaration, _OWN: own})
    return field


def settings_of(part: type, group: str = "") -> list[Setting]:
    """Return all settings of a dataclass and of the dataclasses in it, in the order of their declaration.

    Parameters
    ----------
    part
        Dataclass with settings, and with their defaults as its `PART`.
    group
        Name of the part in the configuration; "" at the top.
    """
    settings: list[Setting] = []
    hints = get_type_hints(part)
    for field in dataclasses.fields(part):
        if dataclasses.is_dataclass(hints[field.name]):
            settings += settings_of(hints[field.name], field.name)
        elif _KEY in field.metadata:
            defaults: Part = part.PART  # type: ignore[attr-defined]  # of every such part
            own: dict[str, Any] = field.metadata[_OWN]
            settings.append(
                dataclasses.replace(
                    field.metadata[_KEY],
                    **(dataclasses.asdict(defaults) | own),
                    in_own_section="section" not in own,
                    path=f"{group}.{field.name}" if group else field.name,
                    group=group,
                    name=field.name,
                    type=hints[field.name],
                    default=field.default,
                )
            )
    return settings


def check(setting: Setting, value: Any) -> Any:
    """Return `value` as the setting's type; text is converted.

    Raises
    ------
    ConfigError
        The value has the wrong type or is outside the limits; the sentence says what is expected.
    """
    if setting.notation is not None:
        return _read(setting, setting.notation, value)
    try:
        converted: Any = msgspec.convert(value, setting.type, strict=not isinstance(value, str))
    except msgspec.ValidationError:
        raise ConfigError(f"{setting.path} must be {describe_accepted(setting)}; got {_quote(value)}.") from None
    inside = (setting.low is None or converted >= setting.low) and (setting.high is None or converted <= setting.high)
    if not inside or (setting.choices and converted not in setting.choices):
        raise ConfigError(f"{setting.path} must be {describe_accepted(setting)}; got {_quote(converted)}.")
    return converted


def _read(setting: Setting, notation: Notation, value: Any) -> Any:
    try:
        return notation.read(value)
    except ValueError as error:
        hint = f" {error}" if str(error) else ""
        raise ConfigError(f"{setting.path} must be {notation.accepted}; got {_quote(value)}.{hint}") from None


def _quote(value: Any) -> str:
    """Return a value that is refused as text; Python does not write out numbers of thousands of digits."""
    try:
        return repr(value)
    except ValueError:
        return "a number of thousands of digits"


def describe_accepted(setting: Setting) -> str:
    """Return what the setting accepts, for users: "a whole number from 1 to 100"."""
    if setting.notation is not None:
        return setting.notation.accepted
    if setting.choices:
        return "one of " + ", ".join(map(str, setting.choices))
    text = _TYPE_NAMES[setting.type]
    if setting.low is not None and setting.high is not None:
        text += f" from {_format_limit(setting.low)} to {_format_limit(setting.high)}"
    return text + (f" ({setting.unit})" if setting.unit else "")


def _format_limit(value: float) -> str:
    """Return a limit as text: "10,000,000", "0.999", "1e-7"."""
    return f"{value:,.10g}".replace("e-0", "e-")


def format_value(setting: Setting, value: Any) -> str:
    """Return a value as users read it: "yes", "1,024", "0.0002", "60 s"."""
    if setting.type is bool:
        text = "yes" if value else "no"
    elif setting.type is int:
        text = f"{value:,}"
    elif setting.type is float:
        text = f"{value:g}"
    else:
        text = str(value)
    return f"{text} {setting.unit}" if 0 < len(setting.unit) <= MAX_SHORT_UNIT else text
