"""Networks and losses of other packages, found through entry points; nothing is imported before it is chosen."""

import importlib.metadata
from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

from ganstudio.errors import ConfigError
from ganstudio.system.log_file import LOGGER

NETWORKS = "ganstudio.networks"
OBJECTIVES = "ganstudio.objectives"


_problems: list[str] = []


def problems() -> list[str]:
    """Return what is wrong with the metadata of other packages, a sentence each."""
    return list(_problems)


@cache
def entry_points_of(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of a group by name, sorted; without those of packages whose metadata cannot be read."""
    return {entry.name: entry for entry in sorted(_find(group), key=lambda entry: entry.name)}


def _find(group: str) -> Iterable[EntryPoint]:
    try:
        return importlib.metadata.entry_points(group=group)
    except Exception:  # one broken file anywhere in the environment
        # torch looks for extensions, too, and would fail at the same file as it is imported.
        importlib.metadata.entry_points = _entry_points  # type: ignore[assignment]
        return _entry_points(group=group)


def _entry_points(**chosen: Any) -> EntryPoints:
    """Return what `importlib.metadata.entry_points` does, without the packages whose metadata cannot be read."""
    found: dict[tuple[str, str, str], EntryPoint] = {}
    for package in importlib.metadata.distributions():
        try:
            for entry in package.entry_points:
                found.setdefault((package.name, entry.group, entry.name), entry)
        except Exception as problem:
            _note(f"The entry points of the package {_name_of(package)} cannot be read, so it adds nothing: {problem}")
    return EntryPoints(found.values()).select(**chosen)


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
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # also one that ends the program
        package = entry.dist.name if entry.dist else entry.value
        why = str(problem) if isinstance(problem, ImportError) else f"{type(problem).__name__}: {problem}"
        raise ConfigError(f"{name} of the package {package} cannot be used: {why.rstrip('.')}.") from problem


def _name_of(package: importlib.metadata.Distribution) -> str:
    try:
        return package.name or "?"
    except Exception:
        return str(getattr(package, "_path", "?"))


def _note(sentence: str) -> None:
    if sentence not in _problems:
        _problems.append(sentence)
        LOGGER.warning(sentence)
