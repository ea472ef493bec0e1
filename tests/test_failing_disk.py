"""Every call that changes a file may fail: what was there stays, the reason is said once, nothing half-written is left.

`make test` tries a few calls of each command and of each thing that the window saves, `make fuzz` every one of them.
"""

import contextlib
import errno
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

from ganstudio import cli, preferences, presets, speeds, user_presets
from ganstudio import config as cfg
from ganstudio.commands import open as open_command
from ganstudio.errors import InputError, StudioError
from ganstudio.evaluation import classifier
from ganstudio.export.formats import FORMATS
from ganstudio.gui.samples import picture_files
from ganstudio.runs import archive, checkpoint, history
from ganstudio.runs.folder import Label, RunFolder
from ganstudio.runs.plan import ResumePlan
from ganstudio.runs.results import write_results_sheet
from ganstudio.system import atomic
from ganstudio.training.device import autotune_cache
from support.faults import REASONS, Disk, faults, injected
from support.picture_folder import classes
from support.runs import raising

pytestmark = pytest.mark.fuzz

TRAIN = (
    "train --preset gan-2014 --data.name digits --network.width 4 --network.z-size 4 --steps 2 --engine.threads 1 "
    "--engine.precision float32 --output.grid 2 --measure.every 0 --out WHERE/new"
)
COMMANDS = {
    "train": TRAIN,
    "resume": "resume WHERE/run --steps 4",
    "rewind": "resume WHERE/run --at 0 --steps 2",
    "branch": "branch WHERE/run --out WHERE/branch",
    "open": "open WHERE/whole.ganrun",
    "datasets import": "datasets import WHERE/pictures --name own --size 16",
    "sample png": "sample WHERE/run --count 4 --out WHERE/out/file.png",
    "sample npy": "sample WHERE/run --count 4 --out WHERE/out/file.npy",
    **{f"export {name}": f"export WHERE/run --format {name} --out WHERE/out/file{kind.suffix} --seconds 0.3"
       for name, kind in FORMATS.items()},
}  # fmt: skip
SLOW_COMMANDS = {"evaluate": "evaluate WHERE/run --samples 200 --json WHERE/out/file.json"}
QUICK = (
    *(
        "train",
        "resume",
        "branch",
        "open",
        "datasets import",
        "sample png",
        "export csv",
        "export safetensors",
        "export run",
    ),
    *("export mp4", "export webp", "export svg", "export tensorboard", "evaluate"),
)
LAST_STEPS = {"train": ("new", 2), "resume": ("run", 4), "rewind": ("run", 2)}  # saved where a command says so
IS_LONG = settings.get_current_profile_name() == "fuzz"
OLD = b"what was here before"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another program holds is not tried again, and no window opens."""
    monkeypatch.setattr(atomic, "RETRY_SECONDS", ())
    monkeypatch.setattr(open_command, "check", raising(InputError("No window can open.")))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run and its archive."""
    place = tmp_path_factory.mktemp("whole")
    with contextlib.redirect_stdout(io.StringIO()):
        assert cli.main(TRAIN.replace("WHERE/new", f"{place}/run").split()) == 0
    archive.pack(place / "run", place / "whole.ganrun")
    classes(place / "pictures", each=1)
    return place


@pytest.fixture
def fresh(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Makes the same folder anew each time."""

    def make() -> Path:
        place = tmp_path / "place"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(whole, place)
        (place / "out").mkdir()
        for kind in ("RUNS", "DATA"):
            monkeypatch.setenv(f"GANSTUDIO_{kind}", str(place / kind.lower()))
        return place

    return make


def type_in(line: str, place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code of a command, and what it said."""
    capsys.readouterr()
    code = cli.main(line.replace("WHERE", str(place)).split())
    said = capsys.readouterr()
    return code, said.out + said.err


def check_left(place: Path, allow_strays: bool) -> None:
    """Everything that lies there can be used, and nothing half-written does."""
    for path in place.rglob("*"):
        if not allow_strays:
            assert not path.name.startswith("."), path
            assert path.suffix != ".tmp", path
        if path.suffix == ".safetensors" and path.parent.name in ("checkpoints", "snapshots"):
            checkpoint.load_snapshot(path)
        elif path.suffix == ".png" and path.read_bytes() != OLD:
            with Image.open(path) as image:
                image.load()
    for path in place.glob("*/run.toml"):
        run = RunFolder.open(path.parent)
        assert run.history().skipped <= 1  # a torn line, which the next one closes
        assert not run.is_running()
    assert ResumePlan.read(RunFolder.open(place / "run")).state is not None


def write_old_file(line: str, place: Path) -> Path | None:
    """Put a file where the command will write one, and return it."""
    found = re.search(r"WHERE/(out/file\.\w+)", line)
    if found is None:
        return None
    path = place / found[1]
    path.write_bytes(OLD)
    return path


NAMES = [*COMMANDS, *SLOW_COMMANDS] if IS_LONG else QUICK


@pytest.mark.parametrize("name", NAMES)
def test_a_command_whose_disk_fails(name: str, fresh: Callable[[], Path], capsys: pytest.CaptureFixture[str]) -> None:
    line = (COMMANDS | SLOW_COMMANDS)[name]
    place = fresh()
    with injected(Disk(place)) as disk:
        usual, text = type_in(line, place, capsys)
    assert usual == 0 or "No window can open" in text, text
    for broken in faults(place, len(disk.calls)):
        old = write_old_file(line, fresh())
        with injected(broken):
            code, text = type_in(line, place, capsys)
        failed = broken.calls[broken.fails_at - 1] if len(broken.calls) >= broken.fails_at else ""
        about = f"{failed} fails with {REASONS[broken.number]}, stays: {broken.stays}\n{text}"
        assert code in (0, 1, 2), about
        assert "Traceback" not in text, about
        assert "Unexpected" not in text, about
        if code != usual:
            assert code, about
            assert REASONS[broken.number] in text, about
            assert len(re.findall(r"cannot|could not", text)) <= 3, about
        if not code and name in LAST_STEPS:
            run, step = LAST_STEPS[name]
            assert RunFolder.open(place / run).rewind_points()[-1] == step, about
        if old is not None and code:
            assert old.read_bytes() == OLD, about
        elif old is not None:
            assert old.read_bytes() != OLD, about
        if code and old is None:
            assert not list((place / "out").iterdir()), about
        assert ".tmp" not in text, about  # nobody knows this file
        check_left(place, failed.startswith("unlink") or (broken.stays and broken.number == errno.EACCES))


# ---- what the window saves, and what is stored beside the runs ---------------------------------------------------


def store_measurement(place: Path) -> None:
    known = {"precision": "float32", "threads": 1, "seconds": 1.0, "words": "", "at": 1.0}
    autotune_cache.store("key", autotune_cache.Measurement(**known))


def record_speed(place: Path) -> None:
    measured = speeds.TrainingSpeeds()
    assert measured.record(presets.load(presets.DEFAULT).config, "a chip", 1.0)
    measured.write()


def label(place: Path) -> None:
    RunFolder.open(place / "run").set_label(Label("new", True, frozenset({2})))


def append_to_history(place: Path) -> None:
    path = place / "run" / "history.jsonl"
    history.append(path, history.read(path).ticks[-1])


def rename_preset(place: Path) -> None:
    user_presets.save(cfg.RunConfig(), "First", overwrite=True)
    user_presets.rename("first", "Second")


SAVERS: dict[str, Callable[[Path], Any]] = {
    "label": label,
    "history": append_to_history,
    "preset": lambda place: user_presets.save(cfg.RunConfig(steps=5), "Mine", overwrite=True),
    "renamed preset": rename_preset,
    "removed preset": lambda place: user_presets.remove("mine"),
    "exported preset": lambda place: user_presets.export_preset(presets.DEFAULT, place / "out" / "mine.toml"),
    "imported preset": lambda place: user_presets.import_preset(place / "run" / "run.toml", overwrite=True),
    "folder of runs": lambda place: preferences.set_folder("runs", place),
    "measurement": store_measurement,
    "speed": record_speed,
    "results": lambda place: write_results_sheet(RunFolder.open(place / "run")),
    "picture": lambda place: picture_files.save(np.zeros((9, 9), np.uint8), place / "out" / "picture.png"),
    "archive": lambda place: archive.pack(place / "run", place / "out" / "packed.ganrun"),
    "classifier": lambda place: classifier.save(place / "out" / "c.safetensors", classifier.Classifier(), {}),
}
QUIET = ("measurement", "speed")  # if nothing can be stored, the next start knows less


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Preferences, presets and caches below the folder whose disk fails."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "place" / "homes" / name))


@pytest.mark.usefixtures("homes")
@pytest.mark.parametrize("name", SAVERS)
def test_what_is_saved_on_a_failing_disk(name: str, fresh: Callable[[], Path]) -> None:
    save = SAVERS[name]

    def prepared() -> Path:
        place = fresh()
        user_presets.save(cfg.RunConfig(steps=1), "Mine", overwrite=True)
        preferences.set_folder("data", place)
        for file in ("mine.toml", "picture.png", "packed.ganrun", "c.safetensors"):
            (place / "out" / file).write_bytes(OLD)
        return place

    place = prepared()
    with injected(Disk(place)) as disk:
        save(place)
    assert disk.calls
    for broken in faults(place, len(disk.calls), few=2):
        prepared()
        said = None
        with injected(broken):
            try:
                save(place)
            except (StudioError, OSError) as error:
                said = str(error)
        failed = broken.calls[broken.fails_at - 1] if len(broken.calls) >= broken.fails_at else ""
        about = f"{failed} fails with {REASONS[broken.number]}, stays: {broken.stays}: {said}"
        if said is None:
            tolerated = ("unlink", "write", "mkdir", "open .packed")  # zipfile opens a second time
            assert name in QUIET or failed.startswith(tolerated), about
        else:
            assert REASONS[broken.number] in said, about
            assert not list((place / "out").glob(".*")), about
            assert all(path.read_bytes() == OLD for path in (place / "out").iterdir()), about
        for preset in presets.own()[0]:
            assert preset.config.steps in (0, 1, 2, 5)
        assert preferences.folder("data") == place
        assert not presets.own()[1]
        assert RunFolder.open(place / "run").label().title in ("", "new")
        check_left(place, failed.startswith("unlink"))
