"""`ganstudio datasets import` and `update`: pictures of one's own."""

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from ganstudio import process, sizes
from ganstudio.commands.dataset_report import describe_choice, describe_import
from ganstudio.data import catalog, imported
from ganstudio.data.pictures import importing, stored
from ganstudio.data.pictures.advice import estimate_seconds, suggest_recipe
from ganstudio.data.pictures.importing import Request
from ganstudio.data.pictures.labels import Unlabelled, Wanted, find_labels
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.report import describe_scan
from ganstudio.data.pictures.scan import Scan, ScannedFile, scan
from ganstudio.data.pictures.sources import Source
from ganstudio.data.pictures.updating import prepare_update
from ganstudio.data.points import drawings
from ganstudio.data.points.distributions import BUILT_IN
from ganstudio.errors import DataError, InputError
from ganstudio.system import file_names

Progress = Callable[[int, int], None]


def import_pictures(arguments: argparse.Namespace) -> list[str]:
    """Import pictures as a new data set, and return what to print."""
    if arguments.points:
        return _import_points(arguments)
    path = Path(arguments.target).expanduser()
    name = arguments.name if arguments.name is not None else file_names.fit(path.resolve().stem, "pictures")
    importing.check_new(name, tuple(catalog.DATASETS))
    with closing(open_source(path, stored.home_of())) as source:
        found = _look(source, {})
        if not found.pictures:
            raise DataError(importing.nothing_found(found))
        labels = find_labels(found, source, arguments.labels or Wanted.AUTO)
        _say(describe_scan(found, labels))
        advice = suggest_recipe(found)
        recipe = _change(advice.recipe, arguments)
        chosen = [flag for flag in ("size", "channels", "fit") if getattr(arguments, flag) is not None]
        _say(describe_choice(found, recipe, advice, chosen, estimate_seconds(source, found, recipe)))
        wanted = _absolute(arguments.labels) or Wanted.AUTO
        request = Request(name, source, found, labels, recipe, wanted, _unlabelled(arguments.unlabelled))
        with _bar(name) as progress, process.brief_turns():
            done = importing.start(request, progress, taken=tuple(catalog.DATASETS))
    return describe_import(done, advice.reasons["mirror"] if advice.mirror else "")


def _import_points(arguments: argparse.Namespace) -> list[str]:
    """Make a set of points of one picture, and return what to print."""
    for flag in ("size", "channels", "fit", "paper", "labels", "unlabelled"):
        if getattr(arguments, flag) is not None:
            raise InputError(f"--{flag} is for pictures: it says nothing about points. Leave it out.")
    path = Path(arguments.target).expanduser()
    name = arguments.name if arguments.name is not None else file_names.fit(path.resolve().stem, "points")
    taken = (*catalog.DATASETS, *BUILT_IN, *imported.list_names())
    file = drawings.save(name, drawings.read_picture(path), taken=taken)
    return [
        f"{name} is a set of points, dense where {path.name} differs from its paper or is opaque. It is in {file}",
        f"To train on it: ganstudio train --data.name {shlex.quote(name)}",
    ]


def update(arguments: argparse.Namespace) -> list[str]:
    """Bring a data set up to date, or continue its import, and return what to print."""
    name = arguments.target
    folder = stored.set_folder(name)
    if not stored.is_name(name) or not stored.versions(folder):
        catalog.find(name)
        raise InputError(f"{name} is part of the program, and always up to date.")
    with _bar("Looking") as progress:
        request = prepare_update(
            name,
            source=Path(arguments.source).expanduser() if arguments.source else None,
            wanted=_absolute(arguments.labels),
            unlabelled=_unlabelled(arguments.unlabelled),
            change=lambda recipe: _change(recipe, arguments),
            progress=progress,
        )
    with closing(request.source), _bar(name) as progress, process.brief_turns():
        done = importing.update(request, progress)
    return describe_import(done) if done.is_new else [f"{name} is up to date: {done.info.count:,} pictures."]


def _change(recipe: Recipe, arguments: argparse.Namespace) -> Recipe:
    """Return a recipe with what was typed."""
    changes: dict[str, object] = {}
    if arguments.size is not None:
        changes["height"], changes["width"] = _read_size(arguments.size)
    for name in ("channels", "fit", "paper"):
        if getattr(arguments, name) is not None:
            changes[name] = getattr(arguments, name)
    if changes.get("channels", recipe.channels) != "rgba" and recipe.paper == "transparent":
        changes.setdefault("paper", "white")
    return replace(recipe, **changes)  # type: ignore[arg-type]


def _read_size(text: str) -> tuple[int, int]:
    try:
        return sizes.sides(sizes.read_size(text))
    except ValueError as error:
        raise InputError(f"--size {text} is none that networks can make: {sizes.ACCEPTED}. {error}".strip()) from None


def _unlabelled(text: str | None) -> Unlabelled | None:
    return Unlabelled(text) if text else None


def _absolute(labels: str | None) -> str | None:
    return labels if labels is None or labels in tuple(Wanted) else str(Path(labels).expanduser().resolve())


def _look(source: Source, known: dict[str, ScannedFile]) -> Scan:
    with _bar("Looking") as progress:
        return scan(source, known, progress)


def _say(lines: list[str]) -> None:
    print("\n".join(lines), file=sys.stderr, flush=True)


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    """Show a bar on a terminal."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread to watch over the bar
    with tqdm(total=0, unit=" files", desc=title, disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
