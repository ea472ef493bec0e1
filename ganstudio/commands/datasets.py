"""`ganstudio datasets`: list the data sets, download one, or make one of pictures."""

import argparse
import sys
from pathlib import Path

from ganstudio.commands import DONE
from ganstudio.commands.parser import Commands, one_of
from ganstudio.data import catalog, imported
from ganstudio.errors import DataError, InputError
from ganstudio.system import paths

_NEEDED = {"download": "NAME", "import": "PATH", "show": "NAME", "update": "NAME", "remove": "NAME"}
_FLAGS = {  # which actions each flag belongs to
    "name": ("import",),
    "points": ("import",),
    "size": ("import", "update"),
    "channels": ("import", "update"),
    "fit": ("import", "update"),
    "paper": ("import", "update"),
    "labels": ("import", "update"),
    "unlabelled": ("import", "update"),
    "source": ("update",),
    "skipped": ("show",),
    "force": ("remove",),
}
_EPILOG = """\
Your own pictures, in a folder, a zip or a tar archive, become a data set: nothing is written beside them.
  ganstudio datasets import holiday --name holiday --size 64
  ganstudio train --preset own-64 --data.name holiday
A drawing becomes points of the plane, where it is not like its paper:
  ganstudio datasets import heart.png --points
  ganstudio train --data.name heart"""


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    usage = (
        "ganstudio datasets [--data DIR] [download NAME | import PATH --name NAME [flags] | show NAME [--skipped] | "
        "update NAME [flags] | remove NAME]"
    )
    parser = commands.add("datasets", run, "List the data sets, download one, or make one of pictures.", usage=usage)
    parser.epilog = _EPILOG
    parser.add_argument("action", metavar="ACTION", nargs="?", type=one_of(_NEEDED), help=f"{', '.join(_NEEDED)}")
    parser.add_argument("target", metavar="NAME|PATH", nargs="?", help="a data set, or the pictures to import")
    parser.add_flag("--name", metavar="NAME", help="of the new data set; else that of the folder")
    parser.add_flag(
        "--points", action="store_true", help="of import: one picture becomes a set of points, for the 2-D lab"
    )
    parser.add_flag("--size", metavar="SIDE|HxW", help="of all pictures, pixels; else what suits them")
    parser.add_flag("--channels", type=one_of(["gray", "rgb", "rgba"]), metavar="gray|rgb|rgba", help="colours")
    parser.add_flag(
        "--fit",
        type=one_of(["crop", "pad", "stretch", "native"]),
        metavar="crop|pad|stretch|native",
        help="other shapes: the middle, the whole on paper, changed in shape, or pixels kept as they are",
    )
    parser.add_flag(
        "--paper", metavar="COLOUR", help="behind and beside pictures: white, black, edge, transparent, #rrggbb"
    )
    parser.add_flag(
        "--labels", metavar="auto|none|FILE", help="classes: from folders or a table, none, or a table's path"
    )
    parser.add_flag(
        "--unlabelled",
        type=one_of(["own-class", "leave-out", "ignore-labels"]),
        metavar="own-class|leave-out|ignore-labels",
        help="what becomes of pictures without a label where others have one",
    )
    parser.add_flag("--source", metavar="PATH", help="of update: where the pictures are now")
    parser.add_flag("--skipped", action="store_true", help="of show: each file that was not imported, as CSV")
    parser.add_flag("--force", action="store_true", help="of remove: even if runs need it to be resumed")


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    action = arguments.action
    if action and not arguments.target:
        what = "Which pictures? Give their folder" if action == "import" else "Which data set? Give its name"
        raise InputError(f"{what}: ganstudio datasets {action} {_NEEDED[action]}")
    for flag, actions in _FLAGS.items():
        if getattr(arguments, flag) and action not in actions:
            raise InputError(f"--{flag} belongs to ganstudio datasets {' and '.join(actions)}.")
    print(_act(arguments))
    return DONE


def _act(arguments: argparse.Namespace) -> str:
    from ganstudio.commands import dataset_import, imported_sets

    match arguments.action:
        case "download":
            return download(arguments.target)
        case "import":
            return "\n".join(dataset_import.import_pictures(arguments))
        case "update":
            return "\n".join(dataset_import.update(arguments))
        case "show":
            return imported_sets.show(arguments.target, arguments.skipped)
        case "remove":
            return imported_sets.remove(arguments.target, arguments.force)
    return format_table()


def format_table() -> str:
    """Return a table with a line for each data set: state, pictures, bytes on disk or to download, licence."""
    rows = [("name", "state", "pictures", "size", "licence")]
    rows += [_row(catalog.state(name)) for name in catalog.list_names()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    unusable = [_explain(name) for name in imported.list_unfinished()]
    return "\n".join([*lines, *unusable, "", f"Data sets are stored in {paths.data_home()}"])


def _explain(name: str) -> str:
    """Return why an imported set cannot be used."""
    try:
        imported.explain_absence(name)
    except DataError as error:
        return error.typed
    return name  # finished meanwhile


def _row(state: catalog.DatasetState) -> tuple[str, str, str, str, str]:
    from ganstudio.data.pictures.report import COLOURS

    info = state.info
    if info.points:
        return info.name, state.state, f"{info.count:,} points", f"{state.bytes / 1e6:.1f} MB", info.licence
    pictures = f"{info.count:,} of {info.height}x{info.width}, {COLOURS[info.channels]}"
    return info.name, state.state, pictures, f"{state.bytes / 1e6:.1f} MB", info.licence


def download(name: str) -> str:
    """Download a data set with a progress bar and return what to print about it."""
    info = catalog.find(name)
    folder = catalog.download(name) if info.built_in else _fetch(info)
    if folder.is_relative_to(paths.resources()):
        return f"{info.title} is built in: there is nothing to download."
    return f"{info.title} is ready in {folder}"


def _fetch(info: catalog.DatasetInfo) -> Path:
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread to watch over the bar
    quiet = not sys.stderr.isatty()
    with tqdm(total=info.download_bytes, unit="B", unit_scale=True, desc=info.title, disable=quiet) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return catalog.download(info.name, progress=progress)
