"""Kill an import with SIGKILL at random moments, over and over, and compare its end with an import in one go.

    python tests/benchmarks/killed_import.py FOLDER [--kills 20] [--seed 1] [--part 200] [--size 64]

Where FOLDER is not there, it is filled with 3,000 files of many kinds first. Prints a line for each kill: when it was,
and how many files were done; where an import ends before its kill, another begins. Fails if a process outlives
an import, if what was done is lost, or if a byte differs at the end.
"""

import argparse
import importlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ganstudio.data.pictures import stored

IMPORT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[5])
from ganstudio.data.pictures import journal
from ganstudio.data.pictures.labels import Unlabelled
from ganstudio.data.pictures.recipe import Channels, Recipe
from support.imports import bring_in
journal.MAX_PART_FILES = int(sys.argv[4])
size = int(sys.argv[3])
recipe = Recipe(size, size, Channels.RGB)
bring_in(Path(sys.argv[1]), sys.argv[2], recipe, unlabelled=Unlabelled.OWN_CLASS)
"""


def main() -> None:
    """Kill, go on, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", type=int, default=200)
    parser.add_argument("--size", type=int, default=64)
    arguments = parser.parse_args()
    if not arguments.folder.exists():
        print(importlib.import_module("support.picture_folder").make_mixed(arguments.folder, 3000))
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as home:
        os.environ["GANSTUDIO_DATA"] = home
        began = time.monotonic()
        assert _start(arguments, "whole").wait() == 0
        seconds = time.monotonic() - began
        print(f"in one go: {seconds:.1f} s")
        done = number = imports = 0
        while number < arguments.kills:
            after = rng.uniform(0.1, 1.0) * seconds
            killed = _kill(arguments, number, after, done)
            number, done = (number + 1, killed) if killed is not None else (number, 0)
            if killed is None:
                imports += _compare_and_remove()
        assert _start(arguments, "own").wait() == 0
        imports += _compare_and_remove()
    print(f"{arguments.kills} kills of {imports} imports: equal bytes at the end of each")


def _start(arguments: argparse.Namespace, name: str) -> "subprocess.Popen[bytes]":
    tests = str(Path(__file__).resolve().parents[1])
    texts = [str(arguments.folder), name, str(arguments.size), str(arguments.part), tests]
    return subprocess.Popen([sys.executable, "-c", IMPORT, *texts])


def _kill(arguments: argparse.Namespace, number: int, seconds: float, before: int) -> int | None:
    """Kill an import after some seconds; return how many files are done, None if it was over before."""
    process = _start(arguments, "own")
    try:
        assert process.wait(seconds) == 0
        return None
    except subprocess.TimeoutExpired:
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(children, timeout=5)
    done = _count_done(stored.set_folder("own"), arguments.part)
    alive = [child for child in left if child.status() != psutil.STATUS_ZOMBIE]
    print(
        f"{number + 1:3}: after {seconds:5.2f} s with {len(children)} processes; done {before:,} -> {done:,}",
        flush=True,
    )
    assert not alive, f"outlived it: {alive}"
    assert done >= before, "what was done is lost"
    return done


def _count_done(folder: Path, part: int) -> int:
    journals = list(folder.glob(f"*/{stored.JOURNAL}"))
    return (journals[0].read_bytes().count(b"\n") - 1) * part if journals else 0


def _compare_and_remove() -> int:
    one, other = stored.set_folder("whole") / "v1", stored.set_folder("own") / "v1"
    for file in sorted(one.iterdir()):
        content = file.read_bytes().replace(b'name = "whole"', b'name = "own"')
        assert (other / file.name).read_bytes() == content, file.name
    shutil.rmtree(other.parent)
    return 1


if __name__ == "__main__":
    main()
