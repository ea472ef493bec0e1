"""Errors that a person reads: one sentence that names the thing, what was expected and what to do."""

FROM_WINDOW = "GANSTUDIO_FROM_WINDOW"  # set by the window for the processes that it starts: nobody types there


class StudioError(Exception):
    """Something a person must know; its text is shown as it is, without a traceback.

    at_prompt : what to type, said after the text at a command line. The window has controls for it.
    place : "runs" or "data", if the folder of those cannot be used and a person has to choose another one.
    """

    def __init__(self, sentence: str = "", *, at_prompt: str = "", place: str = "") -> None:
        super().__init__(sentence)
        self.at_prompt, self.place = at_prompt, place

    @property
    def typed(self) -> str:
        """The text as a command line says it."""
        return f"{self} {self.at_prompt}".strip()


class InputError(StudioError):
    """What was asked for cannot be done as asked (a wrong setting, a missing file): exit code 2."""


class ConfigError(InputError):
    """A setting is unknown, of the wrong type or outside its limits."""


class DataError(InputError):
    """A data set is missing, broken or unusable."""


class RunError(InputError):
    """A folder is not a run, or the run in it cannot be used."""


class ExportError(InputError):
    """Something cannot be exported: a package is missing, or there is nothing to export yet."""


class Cancelled(Exception):  # nothing went wrong
    """A person called off work that was under way; what it had begun is cleared away."""
