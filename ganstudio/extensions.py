"""Networks and objectives of other packages, found through entry points; nothing is imported before it is chosen."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ganstudio.errors import ConfigError

NETWORKS = "ganstudio.networks"
OBJECTIVES = "ganstudio.objectives"


@cache
def found(group: str) -> dict[str, EntryPoint]:
    """Entry points of `group` by name, in order of their names."""
    return {each.name: each for each in sorted(entry_points(group=group), key=lambda each: each.name)}


def names(group: str, built_in: tuple[str, ...]) -> tuple[str, ...]:
    """Names that may be chosen: ours, then those of other packages; ours win where both have one."""
    return (*built_in, *(name for name in found(group) if name not in built_in))


def load(group: str, name: str) -> Any:
    """What the entry point names. Raises ConfigError with its package if it cannot be imported."""
    entry = found(group)[name]
    try:
        return entry.load()
    except Exception as problem:
        package = entry.dist.name if entry.dist else entry.value
        raise ConfigError(f"{name} of the package {package} cannot be used: {problem}.") from problem
