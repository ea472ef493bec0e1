"""datasets and datasets download."""

import sys
from pathlib import Path

from tqdm import tqdm

from ganstudio import paths
from ganstudio.data import catalog


def table() -> str:
    """Every data set, a line each: name, state, pictures, bytes on disk or to download, licence."""
    rows = [("name", "state", "pictures", "size", "licence")]
    rows += [_row(catalog.state(name)) for name in catalog.DATASETS]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", f"Folder of data sets: {paths.data_home()}"])


def _row(state: catalog.DatasetState) -> tuple[str, str, str, str, str]:
    info = state.info
    colours = "grey" if info.channels == 1 else "colour"
    pictures = f"{info.count:,} of {info.size}x{info.size}, {colours}"
    return info.name, state.state, pictures, megabytes(state.bytes), info.licence


def megabytes(count: int) -> str:
    """Bytes for people: "11.6 MB"."""
    return f"{count / 1e6:.1f} MB"


def download(name: str) -> str:
    """Download a data set with a progress bar; what to say when it is there."""
    info = catalog.find(name)
    if info.built_in:
        return f"{info.title} is built in: there is nothing to download."
    return f"{info.title} is ready in {_fetch(info)}"


def _fetch(info: catalog.DatasetInfo) -> Path:
    tqdm.monitor_interval = 0  # no thread to watch over the bar
    quiet = not sys.stderr.isatty()
    with tqdm(total=info.download_bytes, unit="B", unit_scale=True, desc=info.title, disable=quiet) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return catalog.download(info.name, progress=progress)
