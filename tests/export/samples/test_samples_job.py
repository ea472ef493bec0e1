"""Samples exported by a job: as `ganstudio export` and the dialog do."""

import json
from pathlib import Path

import numpy as np
import pytest

from ganstudio import cli
from ganstudio.errors import Cancelled, ExportError
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Job
from ganstudio.export.samples import job as job_module
from ganstudio.export.samples.source import SampleSource
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs.folder import RunFolder
from support import export


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return export.run(tmp_path_factory.mktemp("runs") / "run", export.config(conditional=True), (0, 5))


def test_a_job_and_the_command_write_the_same(run: RunFolder, out: Path) -> None:
    told: list[tuple[int, int]] = []
    job = Job(run.path, out / "a.zip", seed=3, count=70, truncation=0.5, labels=(4, 1))
    said = FORMATS["zip"].write(Job(**{**job.__dict__, "on_progress": lambda *at: told.append(at)}))
    assert "70 samples of run, step 5, seed 3, 0.1 MB" in said
    assert told == [(0, 70), (64, 70), (70, 70)]
    words = ["--seed", "3", "--count", "70", "--truncation", "0.5", "--classes", "4,1"]
    assert cli.main(["sample", str(run.path), *words, "--out", str(out / "b.zip")]) == 0
    assert cli.main(["export", str(run.path), "--format", "zip", *words, "--out", str(out / "c.zip")]) == 0
    assert (out / "a.zip").read_bytes() == (out / "b.zip").read_bytes() == (out / "c.zip").read_bytes()
    FORMATS["npz"].write(Job(**{**job.__dict__, "out": out / "a.npz"}))
    wanted = Sampler.load(run).sample(noise(70, 8, 3) * np.float32(0.5), np.resize([4, 1], 70))
    assert np.array_equal(np.load(out / "a.npz")["arr_0"][..., 0], wanted)


def test_an_older_step_into_a_new_folder(run: RunFolder, out: Path) -> None:
    FORMATS["folder"].write(Job(run.path, out / "new", count=3, step=0))
    assert json.loads((out / "new" / "about.json").read_text())["step"] == 0
    assert len(list((out / "new").glob("*.png"))) == 3
    with pytest.raises(ExportError, match="could not be written: It is not empty"):
        FORMATS["folder"].write(Job(run.path, out / "new", count=3))


def test_a_folder_that_cannot_be_is_refused_before_anything_is_made(
    run: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SampleSource, "parts", None)
    (out / "file").touch()
    (out / "link").symlink_to(out / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(ExportError, match=f"{name} is a file, and a folder is written; choose another name"):
            FORMATS["folder"].write(Job(run.path, out / name, count=3))
    with pytest.raises(ExportError, match=r"There is no folder .*no to make new in\."):
        FORMATS["folder"].write(Job(run.path, out / "no" / "new", count=3))
    assert export.left_over(out) == ["file", "link"]


@pytest.mark.parametrize("name", ["folder", "zip", "npz"])
def test_a_cancelled_job_leaves_nothing(name: str, run: RunFolder, out: Path) -> None:
    job = Job(run.path, out / f"s{FORMATS[name].suffix}", count=200)
    stops = iter([False, False, True])
    with pytest.raises(Cancelled):
        FORMATS[name].write(Job(**{**job.__dict__, "should_stop": lambda: next(stops)}))
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"count": 0}, "The number of samples must be from 1 to"),
        ({"truncation": 1.5}, "The truncation must be from 0 to 1; got 1.5"),
        ({"truncation": float("nan")}, "The truncation must be"),
        ({"labels": (10,)}, "There is no class 10"),
    ],
)
def test_what_cannot_be_is_told(wishes: dict[str, object], told: str, run: RunFolder, out: Path) -> None:
    with pytest.raises(ExportError, match=told):
        FORMATS["npz"].write(Job(run.path, out / "s.npz", **wishes))
    assert list(out.iterdir()) == []


def test_samples_are_finished_as_other_exports_are(run: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Job] = []
    monkeypatch.setattr(
        job_module, "make_finish", lambda job, _: asked.append(job) or (lambda pictures: 255 - pictures)
    )
    job = Job(run.path, out / "s.npz", count=3, palette=16)
    FORMATS["npz"].write(job)
    wanted = 255 - Sampler.load(run).sample(noise(3, 8, 0), np.arange(3))
    assert np.array_equal(np.load(out / "s.npz")["arr_0"][..., 0], wanted)
    assert [each.palette for each in asked] == [16]
