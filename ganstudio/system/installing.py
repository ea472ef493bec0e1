"""Commands for a shell that install or repair packages for the Python that runs this program."""

import importlib.metadata
import importlib.util
import os
import re
import shlex
import shutil
import sys
import tomllib
import traceback
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path

VERSION_UNKNOWN = "(version unknown)"  # of a package whose metadata cannot be read

_CHECKOUT = Path(__file__).resolve().parents[2]
_DISTRIBUTIONS = {  # of packages that are imported by another name than they are installed by
    "PIL": "pillow",
    "fontTools": "fonttools",
    "tomli_w": "tomli-w",
    "PySide6": "PySide6-Essentials",
    "shiboken6": "PySide6-Essentials",
}
_CONDITION = re.compile(r"""python_version\s*(<|>=)\s*["'](\d+)\.(\d+)["']""")
_SAFE_ON_WINDOWS = re.compile(r"[\w.:\\/+=@,\[\]-]+")  # what neither cmd nor PowerShell takes for its own


def command(*words: str) -> str:
    """Return the pip command with these words, quoted for the shell: `command("--upgrade", "torch")`."""
    return _quoted([*_installer(), *words])


def of_packages(names: Iterable[str], *options: str) -> str:
    """Return the command that installs these packages, in the versions that this program takes."""
    return command(*options, *(_requirement(name) for name in names))


def repair(*packages: str) -> str:
    """Return the command that installs packages again over what is there, which does not load."""
    return of_packages(packages, "--force-reinstall")


def installed_version(package: str) -> str | None:
    """Return the version of an installed package; None if it is not installed.

    Parameters
    ----------
    package
        As it is installed: "pillow", not "PIL".
    """
    try:
        return importlib.metadata.version(package) or VERSION_UNKNOWN
    except importlib.metadata.PackageNotFoundError:
        return None
    except Exception:  # metadata of a broken installation may raise anything
        return VERSION_UNKNOWN


def is_checkout() -> bool:
    """Return whether this program runs from its source tree and not from an installed package."""
    return (_CHECKOUT / "pyproject.toml").is_file()


def explain(error: BaseException) -> str | None:
    """Return a sentence if the error is that a package is missing or breaks as it is imported; else None."""
    package = _broken_package(error)
    if package is None:
        return None
    name = _DISTRIBUTIONS.get(package, package)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] == package:
        return f"{name} is missing. To install it: {of_packages([name])}"
    return f"{name} is installed, but does not load ({type(error).__name__}: {error}). To repair it: {repair(name)}"


def _broken_package(error: BaseException) -> str | None:
    """Return the first package of others in whose import the error arose."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        package = str(frame.f_globals.get("__name__", "")).split(".")[0]
        if frame.f_code.co_name == "<module>" and _is_of_others(package):
            return package
    package = (error.name or "").split(".")[0] if isinstance(error, ImportError) else ""
    return package if _is_of_others(package) else None


def _is_of_others(package: str) -> bool:
    return bool(package) and package not in ("ganstudio", "__main__") and package not in sys.stdlib_module_names


def _installer() -> list[str]:
    """Return pip's words; uv's in an environment that it made without pip."""
    python = sys.executable or "python"
    if importlib.util.find_spec("pip") is None and shutil.which("uv"):
        return ["uv", "pip", "install", "--python", python]
    return [python, "-m", "pip", "install"]


# ---- the versions that this program takes ---------------------------------------------------------------------------


def _requirement(package: str) -> str:
    """Return a package as pip takes it: "av>=13"."""
    return _requirements().get(_normal(package), package)


@cache
def _requirements() -> dict[str, str]:
    """Return what pip takes for each package that this program may use, by its normal name."""
    found: dict[str, str] = {}
    for line in _declared():
        requirement, _, condition = line.partition(";")
        name = re.split(r"[\s<>=!~\[(]", requirement, maxsplit=1)[0]
        if _holds(condition):
            found.setdefault(_normal(name), requirement.strip().replace(" ", ""))
    return found


def _declared() -> list[str]:
    """Return all requirements: of the checkout if the program runs from one, else as it was installed."""
    if is_checkout():
        project = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    try:
        return importlib.metadata.requires("ganstudio") or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _holds(condition: str) -> bool:
    """Return whether a requirement's condition, if it has one about Python's version, holds here."""
    found = _CONDITION.search(condition)
    if found is None:
        return True
    is_older = sys.version_info[:2] < (int(found[2]), int(found[3]))
    return is_older if found[1] == "<" else not is_older


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def _quoted(words: list[str]) -> str:
    if os.name != "nt":
        return shlex.join(words)
    return " ".join(word if _SAFE_ON_WINDOWS.fullmatch(word) else f'"{word}"' for word in words)
