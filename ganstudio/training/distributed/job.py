"""The job that this process is one of, as `torchrun` and other launchers say it in variables."""

import os
import socket
from dataclasses import dataclass

from ganstudio.errors import ConfigError

_VARIABLES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
_OF_TORCHRUN = "TORCHELASTIC_RUN_ID"
_ALONE = f"To train in this process alone: unset {' '.join(_VARIABLES)}"


@dataclass(frozen=True)
class Job:
    """Processes that train together.

    Parameters
    ----------
    rank
        Number of this process, 0..size - 1.
    size
        How many there are.
    address, port
        Where the first one is found.
    is_of_torchrun
        Whether `torchrun` started them, so that the others are sure to come.
    """

    rank: int
    size: int
    address: str
    port: int
    is_of_torchrun: bool

    @property
    def waiting(self) -> str:
        """What this process waits for, for users, without a full stop."""
        return f"Process {self.rank} of {self.size} waits for the others at {self.address}, port {self.port}"

    @property
    def reason_to_wait(self) -> str:
        """Why it waits, and how not to, where the variables may have been left over."""
        return f"{self.waiting}, because {', '.join(_VARIABLES)} are set, as for a job of several processes. {_ALONE}"


def is_started_by_torchrun() -> bool:
    """Return whether `torchrun`, or a program that sets the same variables for several, started this process."""
    if not os.environ.keys() >= set(_VARIABLES):
        return False
    return _OF_TORCHRUN in os.environ or os.environ["WORLD_SIZE"].strip() != "1"


def read() -> Job:
    """Return the job that the variables describe.

    Raises
    ------
    ConfigError
        One of them makes no sense.
    """
    size = _number("WORLD_SIZE", 1, 1_000_000)
    rank, port = _number("RANK", 0, size - 1), _number("MASTER_PORT", 0, 65_535)
    address = os.environ["MASTER_ADDR"].strip()
    try:
        socket.getaddrinfo(address, port)
    except (OSError, UnicodeError) as error:
        why = f"MASTER_ADDR names {address!r}, which is no computer that can be found ({error})."
        raise ConfigError(why, at_prompt=_ALONE) from None
    return Job(rank, size, address, port, _OF_TORCHRUN in os.environ)


def cannot_listen(job: Job, error: Exception) -> ConfigError:
    """Return the error that says why the others cannot be met."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "EADDRINUSE" in str(error):
        return ConfigError(f"Port {job.port} is in use by another program.", at_prompt="Choose another MASTER_PORT.")
    return ConfigError(f"The processes of this job did not meet: {line.rstrip('.')}.", at_prompt=_ALONE)


def _number(name: str, least: int, most: int) -> int:
    text = os.environ[name].strip()
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not least <= number <= most:
        raise ConfigError(f"{name} must be a number from {least:,} to {most:,}; got {text!r}.", at_prompt=_ALONE)
    return number
