import contextlib
import dataclasses
import errno
import itertools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from ganstudio import config as cfg
from ganstudio.errors import RunError
from ganstudio.events import Event, Failed, Finished, Marked, Samples, Started, Tick
from ganstudio.runs import history, lookup, places, retention, runner
from ganstudio.runs.branch import branch
from ganstudio.runs.folder import SCHEMA, SUBFOLDERS, RunFolder, RunInfo, new_run_path
from ganstudio.runs.follow import follow
from ganstudio.runs.retention import remove_after, thin
from ganstudio.runs.summary import list_runs, summarize
from ganstudio.system import atomic
from support.runs import Start, grid, tick


def started(config: cfg.RunConfig, step: int = 0) -> Started:
    return Started(config, "cpu", "a processor", "float32", 11, 22, 64, 8, 100, step)


def test_a_run_opens_as_it_was_created(folder: RunFolder, config: cfg.RunConfig) -> None:
    found = RunFolder.open(folder.path)
    assert found.config == config
    assert found.info == folder.info
    assert found.info.versions["torch"]


def test_what_the_trainer_said_at_its_start_is_kept(folder: RunFolder, config: cfg.RunConfig) -> None:
    folder.write_started(started(config))
    found = RunFolder.open(folder.path)
    assert (found.info.hardware, found.info.g_parameters, found.info.total_steps) == ("a processor", 11, 100)
    assert next(follow(found, lambda: False)) == started(config)


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path, config: cfg.RunConfig) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match=r"is not empty\. Choose another folder for the run\.$") as refused:
        RunFolder.create(tmp_path, config, RunInfo.now(config))
    assert "--out " in refused.value.typed
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path, config: cfg.RunConfig) -> None:
    (tmp_path / "r").write_text("mine")
    with pytest.raises(RunError, match=r"r is a file\. Choose another folder for the run\.$"):
        RunFolder.create(tmp_path / "r", config, RunInfo.now(config))
    assert (tmp_path / "r").read_text() == "mine"


def unfinished(path: Path, age: float) -> None:
    """What a program leaves that is killed while it makes a run."""
    for part in SUBFOLDERS[:2]:
        (path / part).mkdir(parents=True)
    (path / ".run.toml.4711.tmp").write_text("[run")
    for each in path.iterdir():
        os.utime(each, (time.time() - age,) * 2)


def test_what_a_program_left_that_was_killed_while_it_made_a_run_is_swept(
    tmp_path: Path, config: cfg.RunConfig
) -> None:
    unfinished(tmp_path / "run", age=60)
    run = RunFolder.create(tmp_path / "run", config, RunInfo.now(config))
    assert RunFolder.open(run.path).config == config
    assert not list(run.path.glob(".*"))


@pytest.mark.parametrize("name", ["samples/00000001.png", "notes.txt", "run.toml"])
def test_what_may_be_anybodys_is_not_swept(tmp_path: Path, config: cfg.RunConfig, name: str) -> None:
    unfinished(tmp_path, age=60)
    (tmp_path / name).write_text("mine")
    os.utime(tmp_path / name, (1, 1))
    os.utime(tmp_path / "samples", (1, 1))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RunError, match="is not empty"):
        RunFolder.create(tmp_path, config, RunInfo.now(config))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_run_that_another_program_is_making_is_not_swept(tmp_path: Path, config: cfg.RunConfig) -> None:
    unfinished(tmp_path, age=0)
    other = threading.Timer(0.3, (tmp_path / ".run.toml.4711.tmp").rename, [tmp_path / "run.toml"])
    other.start()
    with pytest.raises(RunError, match="is not empty"):
        RunFolder.create(tmp_path, config, RunInfo.now(config))
    other.join()
    assert (tmp_path / "run.toml").read_text() == "[run"


@pytest.mark.parametrize("age", [0.0, -3600.0])
def test_what_was_left_just_now_is_watched_for_a_moment_and_swept(
    tmp_path: Path, config: cfg.RunConfig, monkeypatch: pytest.MonkeyPatch, age: float
) -> None:
    monkeypatch.setattr(places, "_UNFINISHED_SECONDS", 0.3)
    unfinished(tmp_path, age)
    assert RunFolder.open(RunFolder.create(tmp_path, config, RunInfo.now(config)).path).config == config


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(30, "Read-only file system")])
def test_a_folder_that_cannot_be_written_is_refused(
    tmp_path: Path, config: cfg.RunConfig, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(RunError, match=rf"cannot be written \({error.strerror}\)\. Choose another") as refused:
        RunFolder.create(tmp_path / "run", config, RunInfo.now(config))
    assert refused.value.place == "runs"
    assert "--out " in refused.value.typed
    assert "--out" not in str(refused.value)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_read_only_folder_is_refused_for_real(tmp_path: Path, config: cfg.RunConfig) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(RunError, match="Permission denied"):
            RunFolder.create(tmp_path / "run", config, RunInfo.now(config))
    finally:
        tmp_path.chmod(0o755)


def test_a_place_below_a_file_is_refused(tmp_path: Path, config: cfg.RunConfig) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        RunFolder.create(tmp_path / "file" / "run", config, RunInfo.now(config))


def test_runs_that_begin_in_the_same_second_get_a_folder_each(
    config: cfg.RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = places.new_run_path

    def choose(config: cfg.RunConfig) -> Path:
        path = free(config, now=datetime(2026, 11, 22, 15, 30, 0))
        if not rivals:
            path.mkdir()  # another program takes it before this one can
            rivals.append(path)
        return path

    rivals: list[Path] = []
    monkeypatch.setattr(places, "new_run_path", choose)
    made = [RunFolder.create(None, config, RunInfo.now(config)) for _ in range(3)]
    begun = "2026-11-22_153000_tiny"
    assert [path.name for path in (*rivals, *(run.path for run in made))] == [begun, *(f"{begun}-{n}" for n in "234")]
    assert [run.path for run in made] == [RunFolder.open(run.path).path for run in made]


def test_several_programs_that_begin_a_run_in_one_folder_are_never_two_writers(
    config: cfg.RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = places.claim

    def be_late(path: Path) -> Path:
        claimed = claim(path)
        monkeypatch.setattr(places, "claim", claim)
        RunFolder.create(path, config, RunInfo.now(config))  # another one finds it empty, too
        return claimed

    monkeypatch.setattr(places, "claim", be_late)
    with pytest.raises(RunError, match="is not empty"):
        RunFolder.create(tmp_path / "run", config, RunInfo.now(config))
    assert RunFolder.open(tmp_path / "run").info.seed == config.seed


@pytest.mark.parametrize(
    "name", [".DS_Store", "desktop.ini", "Thumbs.db", "lost+found/", "._run", ".Trash-1000/", "@eaDir/"]
)
def test_what_systems_put_into_a_folder_by_themselves_is_nobodys(
    config: cfg.RunConfig, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    RunFolder.create(tmp_path, config, RunInfo.now(config))
    assert RunFolder.open(tmp_path).config == config
    assert (tmp_path / name).exists()


@pytest.mark.parametrize("name", [".git/", "notes.txt", "run.toml", ".env"])
def test_what_somebody_made_is_somebodys(config: cfg.RunConfig, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    with pytest.raises(RunError, match="is not empty"):
        RunFolder.create(tmp_path, config, RunInfo.now(config))


@pytest.mark.parametrize("existed", [False, True])
def test_a_full_disk_is_said_and_leaves_no_empty_folders(
    config: cfg.RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existed: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def no_place() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(atomic, "write", fail)
    monkeypatch.setattr(tempfile, "gettempdir", no_place)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    if existed:
        (tmp_path / "run").mkdir()
    with pytest.raises(
        RunError, match=r"run cannot be written \(No space left on device\)\. Choose another"
    ) as refused:
        RunFolder.create(tmp_path / "run", config, RunInfo.now(config))
    assert refused.value.at_prompt == "To choose one: --out DIR"  # no place has room
    assert (tmp_path / "run").exists() == existed
    assert not existed or not any((tmp_path / "run").iterdir())


def test_a_place_with_room_is_suggested(config: cfg.RunConfig, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(RunError) as refused:
        RunFolder.create(tmp_path, config, RunInfo.now(config))
    assert "for example --out " in refused.value.at_prompt


@pytest.mark.skipif(os.name == "nt", reason="needs links")
@pytest.mark.parametrize("part", [*SUBFOLDERS, "history.jsonl"])
def test_a_run_whose_parts_are_links_is_read_but_not_written(folder: RunFolder, tmp_path: Path, part: str) -> None:
    folder.append(tick(3))
    folder.save_samples(grid(3))
    (folder.path / part).rename(tmp_path / "elsewhere")
    (folder.path / part).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match=rf"{part} is a link"):
        folder.lock()
    assert not (folder.path / "run.lock").exists()
    assert summarize(RunFolder.open(folder.path)).steps == 3
    (tmp_path / "link").symlink_to(folder.path)
    (folder.path / part).unlink()
    (tmp_path / "elsewhere").rename(folder.path / part)
    RunFolder.open(tmp_path / "link").lock().release()  # the user's own way to it


def test_only_files_of_a_step_are_taken_for_those_of_the_run(folder: RunFolder) -> None:
    samples = folder.path / "samples"
    for name in ("00000003.png", "00000004 (1).png", "00000005-DESKTOP.png", "\N{ARABIC-INDIC DIGIT SIX}.png"):
        (samples / name).touch()
    (samples / f"{'9' * 200}.png").touch()
    (samples / "00000007.png").mkdir()
    assert folder.samples() == [(3, samples / "00000003.png")]


def test_a_preset_from_elsewhere_names_no_folder_elsewhere(config: cfg.RunConfig, tmp_path: Path) -> None:
    for preset in ("../../evil", "a/b", "c:d", "x" * 300, "\0", "数" * 100):
        path = new_run_path(dataclasses.replace(config, preset=preset), tmp_path)
        assert path.parent == tmp_path
        path.mkdir()


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"is not a run folder: it contains no run\.toml\."):
        RunFolder.open(tmp_path)
    with pytest.raises(RunError, match="no such folder"):
        RunFolder.open(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="file is not a run folder: it is a file"):
        RunFolder.open(tmp_path / "file")
    with pytest.raises(RunError, match="cannot be opened: File name too long"):
        RunFolder.open(tmp_path / ("x" * 300))


def test_a_newer_schema_is_refused(folder: RunFolder) -> None:
    toml = folder.path / "run.toml"
    toml.write_text(toml.read_text().replace(f"schema = {SCHEMA}", "schema = 99"))
    with pytest.raises(RunError, match=r"written by a newer version of GAN Studio.*99"):
        RunFolder.open(folder.path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("garbage", "cannot be read"),
        ("\udcff", "cannot be read"),
        ("", "is empty"),
        ("seed = 1", r"has no table \[run\]"),
        ("run = 3", r"has no table \[run\]"),
        ("[data]\nsize = 9", r"has no table \[run\]"),
        ("[run]\nseed = 1", r"in its table \[run\]: created is missing"),
        ("[run]\ncreated = 3", "created: expected text, got a whole number"),
        ('[run]\ncreated = ""\nseed = "x"', "seed: expected a whole number, got text"),
        ('[run]\ncreated = ""\nseed = 1\nversions = [1]', "versions: expected a table, got a list"),
        ('[data]\nsize = true\n[run]\ncreated = ""\nseed = 1', "data.size must be"),
    ],
)
def test_a_broken_run_toml_is_refused_in_plain_words(folder: RunFolder, text: str, why: str) -> None:
    (folder.path / "run.toml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(RunError, match=rf"run\.toml .*{why}"):
        RunFolder.open(folder.path)


@pytest.mark.parametrize("channels", [1, 3])
def test_grids_come_back_as_they_were(folder: RunFolder, channels: int) -> None:
    for samples in (grid(3, kept=True, channels=channels), grid(7, count=3, channels=channels)):
        found = folder.read_samples(folder.save_samples(samples))
        assert np.array_equal(found.pictures, samples.pictures)
        assert (found.step, found.epoch, found.kept) == (samples.step, samples.epoch, samples.kept)
    assert [step for step, _ in folder.samples()] == [3, 7]
    assert folder.kept_steps() == {3}


def test_a_grid_of_wide_pictures_with_alpha_comes_back_to_the_byte(config: cfg.RunConfig, tmp_path: Path) -> None:
    wide = dataclasses.replace(config, data=cfg.DataConfig(size="16x24", channels=4))
    folder = RunFolder.create(tmp_path / "wide", wide, RunInfo.now(wide))
    pictures = np.random.default_rng(0).integers(0, 256, (4, 16, 24, 4), np.uint8)
    pictures[..., :3] = np.minimum(pictures[..., :3], pictures[..., 3:])  # premultiplied
    path = folder.save_samples(Samples(5, 0.5, pictures))
    assert np.array_equal(folder.read_samples(path).pictures, pictures)
    assert RunFolder.open(folder.path).config.data == wide.data
    with Image.open(path) as file:
        assert (file.mode, file.size) == ("RGBA", (48, 32))
        red, _, _, alpha = file.getpixel((3, 2))
    assert red * alpha / 255 == pytest.approx(pictures[0, 2, 3, 0], abs=0.5)  # files are not premultiplied


def test_a_kept_step_stays_kept_when_its_grid_is_written_anew(folder: RunFolder) -> None:
    folder.save_samples(grid(3, kept=True))
    newer = dataclasses.replace(grid(3), pictures=grid(4).pictures)
    found = folder.read_samples(folder.save_samples(newer))
    assert found.kept
    assert np.array_equal(found.pictures, newer.pictures)


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"no picture", lambda data: b""])
def test_a_broken_grid_is_refused_in_words(folder: RunFolder, damage) -> None:
    path = folder.save_samples(grid(3))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(RunError, match="is not a sample grid"):
        folder.read_samples(path)


@pytest.mark.parametrize("make", ["eps", "palette", "16 bits", "pipe"])
def test_a_grid_that_we_cannot_have_written_is_refused(folder: RunFolder, make: str) -> None:
    """Pillow would have an EPS drawn by another program, and reading a pipe would wait."""
    path = folder.save_samples(grid(3))
    with Image.open(path) as image:
        sheet = image.convert("L")
    if make == "eps":
        sheet.save(path, "eps")
    elif make == "palette":
        sheet.convert("P").save(path)
    elif make == "16 bits":
        Image.fromarray(np.asarray(sheet).astype(np.uint16)).save(path)
    else:
        path.unlink()
        os.mkfifo(path)
    with pytest.raises(RunError, match="is not a sample grid"):
        folder.read_samples(path)
    assert folder.kept_steps() == set()


def fill(folder: RunFolder, steps: list[int]) -> None:
    for step in steps:
        (folder.path / "samples" / f"{step:08d}.png").write_bytes(b"")
        folder.snapshot_path(step).write_bytes(b"")


def test_thinning_keeps_ends_and_pinned_and_spreads_the_rest(folder: RunFolder) -> None:
    fill(folder, list(range(0, 1001, 10)))
    thin(folder, 12, pinned={500, 510})
    left = [step for step, _ in folder.samples()]
    assert left == [step for step, _ in folder.snapshots()]
    assert len(left) == 12
    assert {0, 500, 510, 1000} <= set(left)
    gaps = np.diff([step for step in left if step not in (500, 510)])
    assert gaps[0] <= gaps[-1] / 4  # early steps stay dense


def test_thinning_never_takes_what_is_pinned(folder: RunFolder) -> None:
    fill(folder, [0, 1, 2, 3, 4])
    thin(folder, 2, pinned={1, 2, 3})
    assert [step for step, _ in folder.samples()] == [0, 1, 2, 3, 4]


def test_a_long_run_thinned_as_it_goes_keeps_its_past(folder: RunFolder) -> None:
    for step in range(0, 4000, 10):
        fill(folder, [step])
        thin(folder, 20, pinned=set())
    left = [step for step, _ in folder.samples()]
    assert len(left) == 20
    assert (left[0], left[-1]) == (0, 3990)
    assert max((b + 1) / (a + 1) for a, b in itertools.pairwise(left[1:])) < 3


def test_thinning_ten_thousand_down_to_ten_is_quick(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "samples", lambda: [(step, folder.path / "none") for step in range(10_000)])
    begun = time.monotonic()
    thin(folder, 10, pinned=set(range(0, 10_000, 1000)))
    assert time.monotonic() - begun < 10


def test_stray_temp_files_are_swept(folder: RunFolder) -> None:
    for part in (".", "samples", "snapshots", "checkpoints"):
        (folder.path / part / ".00000001.png.123.tmp").write_bytes(b"half")
    assert folder.remove_stray_files() == 4
    assert not list(folder.path.rglob("*.tmp"))


def test_going_back_forgets_later_grids_and_snapshots(folder: RunFolder) -> None:
    fill(folder, [0, 5, 9])
    remove_after(folder, 5)
    assert [step for step, _ in folder.samples()] == [step for step, _ in folder.snapshots()] == [0, 5]


def test_files_that_are_not_ours_are_left_alone(folder: RunFolder) -> None:
    (folder.path / "samples" / "notes.png").write_bytes(b"")
    assert folder.samples() == []


def test_status(folder: RunFolder) -> None:
    assert folder.status() == "interrupted"
    folder.append(tick(1))
    held = folder.lock()
    assert folder.status() == "running"
    held.release()
    assert folder.status() == "interrupted"
    folder.append(history.end_mark(Finished(1, "stopped"), 1))
    assert folder.status() == "interrupted"
    folder.append(history.end_mark(Finished(1, "done"), 1))
    assert folder.status() == "finished"


def test_a_new_run_path_says_when_and_what(config: cfg.RunConfig, tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 15, 30, 0)
    path = new_run_path(config, tmp_path, now)
    assert path == tmp_path / "2026-11-22_153000_tiny"
    path.mkdir()
    assert new_run_path(config, tmp_path, now).name == "2026-11-22_153000_tiny-2"
    unnamed = dataclasses.replace(config, preset="")
    assert new_run_path(unnamed, tmp_path, now).name == "2026-11-22_153000_digits-mlp"


def test_runs_are_listed_newest_first(config: cfg.RunConfig, tmp_path: Path) -> None:
    for number, created in enumerate(["2026-01-01T00:00:00+00:00", "2026-03-01T00:00:00+02:00", "nonsense"]):
        run = RunFolder.create(
            tmp_path / f"run{number}", config, dataclasses.replace(RunInfo.now(config), created=created)
        )
        run.append(tick(10 * number + 10))
        run.save_samples(grid(number))
    (tmp_path / "no-run").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.toml").write_text("garbage")
    found = list_runs(tmp_path)
    assert [run.name for run in found] == ["run1", "run0", "run2"]
    assert (found[0].steps, found[0].epoch, found[0].preset, found[0].status) == (20, 2.0, "tiny", "interrupted")
    assert found[0].thumbnail == tmp_path / "run1" / "samples" / "00000001.png"
    assert list_runs(tmp_path / "nowhere") == []


DEEP = "title = " + "[" * 3000 + "]" * 3000


@pytest.fixture
def beside(config: cfg.RunConfig, tmp_path: Path) -> Path:
    """A run that lies beside a sound one."""
    for name in ("sound", "beside"):
        run = RunFolder.create(tmp_path / "home" / name, config, RunInfo.now(config))
        run.append(tick(10))
        run.save_samples(grid(10))
    return tmp_path / "home" / "beside"


@pytest.mark.parametrize("name", ["label.toml", "run.toml"])
@pytest.mark.parametrize("content", [DEEP, "garbage", "x" * (2 << 20), "\0"])
def test_a_run_with_an_unusable_file_hides_no_other(beside: Path, name: str, content: str) -> None:
    (beside / name).write_text(content)
    expected = ["beside", "sound"] if name == "label.toml" else ["sound"]
    assert sorted(run.name for run in list_runs(beside.parent)) == expected


def test_a_run_that_may_not_be_looked_into_hides_no_other(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_file = Path.is_file

    def refuse(path: Path) -> bool:
        if beside in path.parents:
            raise PermissionError(errno.EACCES, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refuse)
    assert [run.name for run in list_runs(beside.parent)] == ["sound"]
    assert lookup.find("sound", beside.parent) == beside.parent / "sound"


def test_a_run_that_nobody_foresaw_hides_no_other(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunFolder, "samples", lambda run: [] if run.name != "beside" else 1 / 0)
    assert [run.name for run in list_runs(beside.parent)] == ["sound"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
@pytest.mark.parametrize("name", ["label.toml", "history.jsonl", "run.lock", "samples/00000010.png"])
def test_no_reader_waits_for_what_is_no_file(beside: Path, name: str, make: Callable[[Path], None]) -> None:
    (beside / name).unlink(missing_ok=True)
    make(beside / name)
    found = {run.name: run for run in list_runs(beside.parent)}
    assert sorted(found) == ["beside", "sound"]
    assert found["beside"].steps == (0 if name == "history.jsonl" else 10)
    run = RunFolder.open(beside)
    assert (run.kept_steps(), run.status()) == (set(), "interrupted")
    with contextlib.suppress(RunError, OSError):
        list(follow(run, lambda: False, poll=0))
    with contextlib.suppress(RunError, OSError):
        branch(beside, None, {}, beside.parent / "branch")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_settings_file_that_is_a_pipe_is_no_run(beside: Path) -> None:
    (beside / "run.toml").unlink()
    os.mkfifo(beside / "run.toml")
    assert [run.name for run in list_runs(beside.parent)] == ["sound"]
    with pytest.raises(RunError, match=r"it contains no run\.toml"):
        RunFolder.open(beside)


@pytest.mark.parametrize(
    ("mode", "size", "facts"),
    [("RGBA", 56, {}), ("P", 56, {}), ("L", 56, {"count": "9" * 5000}), ("L", 56, {"epoch": "x"}), ("L", 9000, {})],
)
def test_what_is_no_grid_of_a_run_is_left_out(beside: Path, mode: str, size: int, facts: dict[str, str]) -> None:
    text = PngImagePlugin.PngInfo()
    for name, value in facts.items():
        text.add_text(name, value)
    path = beside / "samples" / "00000010.png"
    Image.new(mode, (size, size)).save(path, pnginfo=text, compress_level=1)
    with pytest.raises(RunError, match=r"00000010\.png is not a sample grid of this run"):
        RunFolder.open(beside).read_samples(path)


def test_an_epoch_that_is_no_number_is_none(beside: Path) -> None:
    path = beside / "samples" / "00000010.png"
    text = PngImagePlugin.PngInfo()
    text.add_text("epoch", "1e999")
    Image.new("L", (56, 56)).save(path, pnginfo=text)
    assert RunFolder.open(beside).read_samples(path).epoch == 0.0


def kinds(events: list[Event]) -> list[tuple[str, int]]:
    return [(type(event).__name__, getattr(event, "step", -1)) for event in events]


def test_following_a_finished_run_tells_it_in_order(folder: RunFolder) -> None:
    for row in (tick(2), tick(6), Marked(4, "resume", ""), tick(6), history.end_mark(Finished(6, "done"), 6)):
        folder.append(row)
    for step in (0, 2, 3, 6):
        folder.save_samples(grid(step))
    (folder.path / "samples" / "00000005.png").write_bytes(b"broken")
    told = kinds(list(follow(folder, lambda: False)))
    assert told == [
        ("Started", 0),
        ("Samples", 0),
        ("Tick", 2),
        ("Samples", 2),
        ("Samples", 3),
        ("Marked", 4),
        ("Tick", 6),
        ("Samples", 6),
        ("Finished", 6),
    ]


def test_following_a_killed_run_ends(folder: RunFolder) -> None:
    folder.append(tick(7))
    assert list(follow(folder, lambda: False, poll=0.01))[-1] == Finished(7, "interrupted")


def test_following_a_failed_run_says_why(folder: RunFolder) -> None:
    folder.append(history.end_mark(Failed("No memory."), 7))
    assert list(follow(folder, lambda: False, poll=0.01))[-1] == Failed("No memory.")


def test_following_a_run_while_it_is_written(folder: RunFolder) -> None:
    told: list[Event] = []
    held = folder.lock()
    reader = RunFolder.open(folder.path)
    thread = threading.Thread(target=lambda: told.extend(follow(reader, lambda: False, poll=0.005)))
    thread.start()
    for step in (1, 2, 3):
        folder.append(tick(step))
        folder.save_samples(grid(step))
        time.sleep(0.03)
    folder.save_samples(dataclasses.replace(grid(3), pictures=grid(9).pictures))  # a step by hand
    time.sleep(0.03)
    remove_after(folder, 1)
    folder.append(Marked(1, "resume", ""))
    folder.append(tick(2))
    time.sleep(0.03)
    folder.save_samples(grid(2))
    folder.append(history.end_mark(Finished(2, "done"), 2))
    time.sleep(0.03)
    assert thread.is_alive()  # who writes the run has not let go of it
    held.release()
    thread.join(5)
    assert [event.step for event in told if isinstance(event, Tick)] == [1, 2, 3, 2]
    assert [event.step for event in told if isinstance(event, Samples)] == [1, 2, 3, 3, 2]
    assert told[-1] == Finished(2, "done")


def test_following_stops_when_told(folder: RunFolder) -> None:
    with folder.lock():
        stop = threading.Event()
        thread = threading.Thread(target=lambda: list(follow(folder, stop.is_set, poll=0.01)))
        thread.start()
        time.sleep(0.05)
        assert thread.is_alive()
        stop.set()
        thread.join(5)
        assert not thread.is_alive()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_history_that_is_no_file_is_named_by_what_needs_it(
    start: Start, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    run = start(steps=2)
    list(run.events())
    history_file = run.folder.path / "history.jsonl"
    history_file.unlink()
    make(history_file)
    for needs in (lambda: runner.resume(run.folder.path), lambda: branch(run.folder.path, None, {}, tmp_path / "new")):
        with pytest.raises(RunError, match=r"history\.jsonl cannot be read: (it is a pipe|Is a directory)"):
            needs()
    assert not run.folder.is_running()
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS, errno.EDQUOT, errno.EMFILE])
def test_a_disk_that_fails_while_a_run_is_resumed_or_branched_is_a_sentence(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    run = start(steps=2)
    list(run.events())

    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number), str(run.folder.path / "samples"))

    with monkeypatch.context() as broken:
        broken.setattr(retention, "remove_after", fail)
        with pytest.raises(RunError, match=rf"samples cannot be used to resume the run: {os.strerror(number)}"):
            runner.resume(run.folder.path)
        broken.setattr(atomic, "link_or_copy", fail)
        with pytest.raises(RunError, match=rf"samples cannot be read: {os.strerror(number)}\. No branch was made"):
            branch(run.folder.path, None, {}, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    runner.resume(run.folder.path).close()
