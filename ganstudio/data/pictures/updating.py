"""What it takes to bring a set of imported pictures up to date: its files, looked at again, and how it was made."""

from collections.abc import Callable
from pathlib import Path

from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures import stored
from ganstudio.data.pictures.importing import Request
from ganstudio.data.pictures.labels import Unlabelled, Wanted, find_labels
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.scan import Progress, scan
from ganstudio.errors import DataError


def prepare_update(
    name: str,
    home: Path | None = None,
    source: Path | None = None,
    wanted: str | None = None,
    unlabelled: Unlabelled | None = None,
    change: Callable[[Recipe], Recipe] = lambda recipe: recipe,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Request:
    """Look again at the pictures of a set, and return what `importing.update` takes. Its source is to be closed.

    Parameters
    ----------
    name
        Of the set.
    home
        The data folder; None: the usual one.
    source
        Where the pictures are now; None: where they were.
    wanted, unlabelled
        As of `Request`; None: as before.
    change
        Returns the recipe with what is to be another.
    progress
        Called with the number of files that were looked at, and of all.
    cancelled
        Called many times a second.

    Raises
    ------
    DataError
        There is no such set, its import was not finished, its files are damaged, or the pictures are not there.
    Cancelled
        `cancelled` returned true.
    """
    newest = stored.newest(stored.set_folder(name, home)) if stored.is_name(name) else None
    if newest is None:
        raise stored.unfinished(name)
    info = stored.read_info(newest)
    path = source or info.source_path()
    if not path.exists():
        raise DataError(
            f"The pictures of {name} were in {path}, which is not there.",
            at_prompt="If they were moved, say where to: --source PATH",
        )
    known = indexing.read(newest).known()
    opened = open_source(path, stored.home_of(home), cancelled, info.chosen_names())
    try:
        found = scan(opened, known, progress, cancelled)
        labels_from = wanted or info.labels.get("wanted", Wanted.AUTO)
        before = info.labels.get("unlabelled")
        without = unlabelled or (Unlabelled(before) if before else None)
        labels = find_labels(found, opened, labels_from)
        return Request(name, opened, found, labels, change(info.read_recipe()), labels_from, without, home)
    except BaseException:
        opened.close()
        raise
