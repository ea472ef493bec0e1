"""Import of a folder of pictures: files a second beside the same Pillow calls in a plain loop, a second look, memory.

    python tests/benchmarks/folder_import.py FOLDER [--count 10000] [--size 64] [--no-loop] [--memory]

Where FOLDER is not there, it is filled with files of many kinds first. The plain loop runs on one core. Every file is
read once before, so that the disk does not count. `--memory` watches the memory of all processes (Linux), which takes
time: what is shared is counted once.
"""

import argparse
import importlib
import io
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path

import psutil
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ganstudio.data.pictures import importing
from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures.importing import Request
from ganstudio.data.pictures.labels import Unlabelled, find_labels
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.parallel import count_threads
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.scan import Scan, scan


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--no-loop", action="store_true")
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    if not arguments.folder.exists():
        print(importlib.import_module("support.picture_folder").make_mixed(arguments.folder, arguments.count))
    for path in arguments.folder.rglob("*"):
        if path.is_file():
            path.read_bytes()
    recipe = Recipe(arguments.size, arguments.size, Channels.RGB)
    with tempfile.TemporaryDirectory() as home, closing(open_source(arguments.folder)) as source:
        began = time.perf_counter()
        found = scan(source)
        _say("scan", began, found.found)
        before = _peak()
        labels = find_labels(found, source)
        request = Request("own", source, found, labels, recipe, unlabelled=Unlabelled.OWN_CLASS, home=Path(home))
        began = time.perf_counter()
        with _watched() if arguments.memory else nullcontext():
            done = importing.start(request)
        rate = _say(f"import, {count_threads()} cores", began, len(found.pictures))
        print(f"read {done.info.count:,} + skipped {len(done.skipped):,} = found {found.found:,}")
        print(f"peak memory of this process {_peak():.0f} MB, {_peak() - before:.0f} MB of them by the import")
        began = time.perf_counter()
        again = scan(source, indexing.read(done.folder).known())
        _say("second look with reading the index", began, again.found)
    if not arguments.no_loop:
        began = time.perf_counter()
        _loop(arguments.folder, found, arguments.size)
        plain = _say("plain loop, 1 core", began, len(found.pictures))
        print(f"import = {rate / plain:.2f} x the plain loop = {rate / plain / count_threads():.2f} x cores")


def _loop(folder: Path, found: Scan, size: int) -> None:
    """Do what a script would with each picture that can be read."""
    for file in found.pictures:
        try:
            with Image.open(io.BytesIO((folder / file.entry.path).read_bytes())) as image:
                if image.format == "JPEG":
                    image.draft(None, (2 * size, 2 * size))
                upright = ImageOps.exif_transpose(image)
                ImageOps.fit(upright.convert("RGB"), (size, size), Image.Resampling.LANCZOS).tobytes()
        except OSError:
            continue


@contextmanager
def _watched() -> Iterator[None]:
    """Print the most memory that this process and its children had together."""
    over, most = threading.Event(), [0]

    def watch() -> None:
        while not over.wait(0.1):
            with suppress(psutil.Error):
                here = psutil.Process()
                each = [one.memory_full_info().pss for one in (here, *here.children(recursive=True))]
                most[0] = max(most[0], sum(each))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        print(f"peak memory of all processes {most[0] / 1e6:.0f} MB (PSS)")


def _say(what: str, began: float, count: int) -> float:
    seconds = time.perf_counter() - began
    print(f"{what}: {seconds:.2f} s, {count / seconds:,.0f} files/s")
    return count / seconds


def _peak() -> float:
    """Return the most memory that the process had so far, MB."""
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
