"""Networks and losses of other packages, found through entry points; nothing is imported before it is chosen."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ganstudio.errors import ConfigError

NETWORKS = "ganstudio.networks"
OBJECTIVES = "ganstudio.objectives"


@cache
def entry_points_of(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of a group by name, sorted."""
    return {entry.name: entry for entry in sorted(entry_points(group=group), key=lambda entry: entry.name)}


def names(group: str, built_in: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names to choose from: built-in ones, then those of other packages; a built-in one comes first."""
    return (*built_in, *(name for name in entry_points_of(group) if name not in built_in))


def load(group: str, name: str) -> Any:
    """Import and return what an entry point names.

    Raises
    ------
    ConfigError
        It cannot be imported; the sentence names its package.
    """
    entry = entry_points_of(group)[name]
    try:
        return entry.load()
    except Exception as problem:
        package = entry.dist.name if entry.dist else entry.value
        raise ConfigError(f"{name} of the package {package} cannot be used: {problem}.") from problem
