"""`ganstudio datasets`: list the data sets, or download one."""

import argparse
import sys
from pathlib import Path

from ganstudio.commands import DONE
from ganstudio.commands.parser import Commands, one_of
from ganstudio.data import catalog
from ganstudio.errors import InputError
from ganstudio.system import paths


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    usage = "ganstudio datasets [--data DIR] [download NAME]"
    parser = commands.add("datasets", run, "List the data sets, or download one.", usage=usage)
    parser.add_argument(
        "action", metavar="download", nargs="?", type=one_of(["download"]), help="download a data set, with checksums"
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="a data set of the list")


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    if arguments.action and not arguments.name:
        raise InputError("Which data set? Give its name: ganstudio datasets download NAME")
    print(download(arguments.name) if arguments.action else format_table())
    return DONE


def format_table() -> str:
    """Return a table with a line for each data set: state, pictures, bytes on disk or to download, licence."""
    rows = [("name", "state", "pictures", "size", "licence")]
    rows += [_row(catalog.state(name)) for name in catalog.DATASETS]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", f"Data sets are stored in {paths.data_home()}"])


def _row(state: catalog.DatasetState) -> tuple[str, str, str, str, str]:
    info = state.info
    colours = "grey" if info.channels == 1 else "colour"
    pictures = f"{info.count:,} of {info.size}x{info.size}, {colours}"
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
