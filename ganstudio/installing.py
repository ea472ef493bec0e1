"""Commands for a shell that install packages for the Python that runs this program."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]


def command(*words: str) -> str:
    """Return the pip command with these words, quoted for the shell: `command("--upgrade", "torch")`."""
    return _quoted([sys.executable, "-m", "pip", "install", *words])


def of_program(extra: str = "") -> str:
    """Return the command that installs this program with an extra, from the checkout if it runs from one."""
    name = f"{_CHECKOUT if is_checkout() else 'ganstudio'}{f'[{extra}]' if extra else ''}"
    return command(*(["-e", name] if is_checkout() else [name]))


def is_checkout() -> bool:
    """Return whether this program runs from its source tree and not from an installed package."""
    return (_CHECKOUT / "pyproject.toml").is_file()


def _quoted(words: list[str]) -> str:
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
