"""Errors for the user: one sentence that names the thing, what was expected and what to do."""

import re
from enum import StrEnum

import msgspec

FROM_WINDOW = "GANSTUDIO_FROM_WINDOW"  # set for processes that the window starts: their errors suggest no commands


_WORDS = {  # of msgspec, for kinds of values
    "`object`": "a table",
    "`array`": "a list",
    "`str`": "text",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`null`": "nothing",
}


def reason(error: Exception) -> str:
    """Return why a file could not be read or written, without a full stop: "No space left on device"."""
    if isinstance(error, msgspec.ValidationError):
        return _describe_mismatch(str(error))
    return (error.strerror if isinstance(error, OSError) else None) or str(error).rstrip(".") or type(error).__name__


def _describe_mismatch(text: str) -> str:
    """Return what msgspec says of a value in plain words: "step: expected a whole number >= 0"."""
    problem, _, place = text.partition(" - at `$")
    for word, plain in _WORDS.items():
        problem = problem.replace(word, plain)
    problem = re.sub("^Object missing required field `(.*)`$", r"\1 is missing", problem)
    name = place.strip(".`")
    return f"{name}: {problem[:1].lower()}{problem[1:]}" if name else problem[:1].lower() + problem[1:]


class UserFolder(StrEnum):
    """A folder that the user can choose: where runs or data sets are stored."""

    RUNS = "runs"
    DATA = "data"


class StudioError(Exception):
    """An error whose text is shown to the user as it is, without a traceback.

    Parameters
    ----------
    sentence
        What went wrong, what was expected and what to do.
    at_prompt
        What to type, added to the sentence at a command line. The window has controls for it.
    place
        The folder that cannot be used, so that the user has to choose another one.
    """

    def __init__(self, sentence: str = "", *, at_prompt: str = "", place: UserFolder | None = None) -> None:
        super().__init__(sentence)
        self.at_prompt = at_prompt
        self.place = place

    @property
    def typed(self) -> str:
        """The text as a command line says it."""
        return f"{self} {self.at_prompt}".strip()


class InputError(StudioError):
    """The request cannot be fulfilled (a wrong setting, a missing file): exit code 2."""


class ConfigError(InputError):
    """A setting is unknown, of the wrong type or outside its limits."""


class ShortOfMemoryError(StudioError):
    """There is not enough memory for a run with these settings."""


class DataError(InputError):
    """A data set is missing, broken or unusable."""


class UnmatchedFilesError(DataError):
    """Files of a data set can be read, but do not belong together; a download leaves files that can be read."""


class DownloadError(DataError):
    """A data set could not be downloaded; nothing of it was kept.

    Parameters
    ----------
    summary
        What failed, in one sentence, for a notice that offers to try again.
    details
        Which servers were asked, and what to do without a network.
    """

    def __init__(self, summary: str, details: str) -> None:
        super().__init__(f"{summary}\n{details}")
        self.summary = summary
        self.details = details


class RunError(InputError):
    """A folder is not a run, or the run in it cannot be used."""


class ExportError(InputError):
    """Something cannot be exported: a package is missing, or there is nothing to export yet."""


class MissingPackageError(ExportError):
    """Packages that only some exports need cannot be imported.

    Parameters
    ----------
    sentence
        As for `StudioError`.
    packages
        Names of the packages.
    install_command
        What to type in a terminal to install them.
    """

    def __init__(self, sentence: str, packages: tuple[str, ...], install_command: str) -> None:
        super().__init__(sentence)
        self.packages = packages
        self.install_command = install_command


class Cancelled(Exception):  # nothing went wrong
    """The user cancelled the work; what it had begun is removed."""
