"""A run by whatever a person calls it: its folder, its name among the runs, or the title it was given."""

import difflib
from pathlib import Path

from ganstudio import paths
from ganstudio.errors import RunError
from ganstudio.runs import labels

_MOST = 3  # names that a message offers


def find(name: str | Path, home: Path | None = None) -> Path:
    """Folder of the run of that name; a path from here goes before a name among the runs, that before a title.

    home : folder of the runs; None: the usual one.

    Raises RunError where there is no such run, with the nearest names, or where several have that title.
    """
    home = home or paths.runs_home()
    path = Path(name).expanduser()
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
    raise RunError(f"{name} is not a run folder, and there is no run of that name in {home}.{_nearest(name, titles)}")


def _is_run(path: Path) -> bool:
    try:
        return (path / "run.toml").is_file()
    except (OSError, ValueError):  # no path at all, or one that may not be looked at
        return False


def _titles(home: Path) -> dict[str, str]:
    """Title of each run by the name of its folder; "" for none."""
    try:
        folders = sorted(path for path in home.iterdir() if not path.name.startswith(".") and _is_run(path))
    except OSError:
        return {}
    return {folder.name: labels.read(folder).title for folder in folders}


def _nearest(name: str | Path, titles: dict[str, str]) -> str:
    """ " Did you mean A or B?"; "" where nothing is near."""
    known = {each.casefold(): each for each in (*titles, *titles.values()) if each}
    near = difflib.get_close_matches(str(name).casefold(), known, n=_MOST)
    parts = [each for each in known if str(name).casefold() in each]
    found = list(dict.fromkeys([*near, *parts]))[:_MOST]
    return f" Did you mean {' or '.join(known[each] for each in found)}?" if found else ""
