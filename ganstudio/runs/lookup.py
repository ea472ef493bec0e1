"""Finding a run by its folder, its name among the runs, or its title."""

import difflib
from pathlib import Path

from ganstudio.errors import RunError
from ganstudio.runs import labels
from ganstudio.system import paths
from ganstudio.system.homes import expand

_MAX_SUGGESTIONS = 3


def find(name: str | Path, home: Path | None = None) -> Path:
    """Return the folder of the run of that name.

    A path counts before a name among the runs, and that before a title.

    Parameters
    ----------
    name
        A path, the name of a folder in `home`, or a title.
    home
        Folder of the runs; None: the usual one.

    Raises
    ------
    RunError
        There is no such run (names similar ones), or several have that title.
    """
    home = home or paths.runs_home()
    path = expand(name)
    if _is_run(path):
        return path
    if len(path.parts) == 1 and _is_run(home / path):
        return home / path
    titles = _titles(home)
    called = [folder for folder, title in titles.items() if title.casefold() == str(name).casefold()]
    if len(called) > 1:
        raise RunError(f"{len(called)} runs are called {name}: {', '.join(called)}. Give one of these folders.")
    if called:
        return home / called[0]
    if path.exists():
        return path  # whoever opens it says why it is no run
    similar = _suggestions(name, titles)
    raise RunError(f"{name} is not a run folder, and there is no run of that name in {home}.{similar}")


def _is_run(path: Path) -> bool:
    try:
        return (path / "run.toml").is_file()
    except (OSError, ValueError):  # no path at all, or one that may not be looked at
        return False


def _titles(home: Path) -> dict[str, str]:
    """Return the title of each run by the name of its folder; "" if it has none."""
    try:
        folders = sorted(path for path in home.iterdir() if not path.name.startswith(".") and _is_run(path))
    except OSError:
        return {}
    return {folder.name: labels.read(folder).title for folder in folders}


def _suggestions(name: str | Path, titles: dict[str, str]) -> str:
    """Return " Did you mean A or B?", or "" if no name is similar."""
    known = {one.casefold(): one for one in (*titles, *titles.values()) if one}
    near = difflib.get_close_matches(str(name).casefold(), known, n=_MAX_SUGGESTIONS)
    parts = [folded for folded in known if str(name).casefold() in folded]
    found = list(dict.fromkeys([*near, *parts]))[:_MAX_SUGGESTIONS]
    return f" Did you mean {' or '.join(known[folded] for folded in found)}?" if found else ""
