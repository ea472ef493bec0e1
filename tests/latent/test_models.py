"""Models are found by name: bundled, a run's, a file's."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch

from ganstudio.errors import InputError, RunError
from ganstudio.latent import models
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.system import paths
from support import models as kit


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Resources of a program that comes without models."""
    (tmp_path / "resources" / "pretrained").mkdir(parents=True)
    monkeypatch.setattr(paths, "resources", lambda: tmp_path / "resources")
    return tmp_path / "resources"


def test_a_run_is_found_at_its_newest_snapshot_or_an_older_one(tmp_path: Path) -> None:
    folder = kit.run(tmp_path / "R", kit.config())
    newest, older = models.find(folder.path), models.find(str(folder.path), step=8)
    assert (newest.step, newest.path, newest.name) == (9, folder.snapshot_path(9), "R")
    assert (older.step, older.config) == (5, folder.config)
    with pytest.raises(RunError, match="no snapshot"):
        models.find(folder.path, step=4)


def test_a_run_is_found_by_its_name_among_the_runs() -> None:
    folder = kit.run(paths.runs_home() / "2026_digits", kit.config())
    assert models.find("2026_digits").path == folder.snapshot_path(9)


def test_a_generator_file_says_what_it_is(tmp_path: Path) -> None:
    settings = kit.config(conditional=True)
    model = models.find(kit.generator_file(tmp_path / "g.safetensors", settings, epoch=1.5))
    assert (model.name, model.step, model.config, model.classes) == ("tiny", 7, settings, 3)
    assert Sampler.from_model(model).sample(noise(3, 8, 0)).shape == (3, 28, 28)


def test_a_snapshot_of_a_run_takes_its_runs_settings(tmp_path: Path) -> None:
    folder = kit.run(tmp_path / "R", kit.config())
    assert models.find(folder.snapshot_path(5)) == models.find(folder.path, step=5)


def test_bundled_models_are_there_or_missed_in_words(resources: Path) -> None:
    assert models.bundled("mnist") is None
    with pytest.raises(InputError, match="is not part of this copy"):
        models.find("mnist")
    kit.generator_file(resources / "pretrained" / "mnist.safetensors", kit.config())
    model = models.find("mnist")
    assert (model.name, model.step) == ("mnist", 7)
    assert "MNIST" in model.title
    assert models.first_picture().parent == resources / "pretrained"


def test_what_is_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no model nothing.*mnist-conditional"):
        models.find("nothing")
    with pytest.raises(RunError, match="not a run folder"):
        models.find(tmp_path)
    lone = tmp_path / "lone.safetensors"
    kit.write(lone, kit.config(), step=3)
    with pytest.raises(RunError, match="settings it was trained with"):
        models.find(lone)


@pytest.mark.parametrize("settings", [{"network": {"width": -1}}, {"no-such-setting": 1}, [1]])
def test_settings_that_are_wrong_are_refused_in_words(tmp_path: Path, settings: object) -> None:
    path = kit.generator_file(tmp_path / "g.safetensors", kit.config(), config=settings)
    with pytest.raises(RunError, match="settings"):
        models.find(path)


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    foreign, cut = tmp_path / "f.safetensors", tmp_path / "c.safetensors"
    safetensors.torch.save_file({"x": torch.zeros(1)}, foreign)
    cut.write_bytes((1 << 60).to_bytes(8, "little") + json.dumps({}).encode())
    with pytest.raises(RunError, match="not written by GAN Studio"):
        models.find(foreign)
    with pytest.raises(RunError, match="cut short"):
        models.find(cut)


def test_models_are_found_without_torch(tmp_path: Path) -> None:
    path = kit.generator_file(tmp_path / "g.safetensors", kit.config())
    script = f"""
import sys
sys.modules["torch"] = None
from ganstudio.latent import models, paths
print(models.find({str(path)!r}).step)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "7", done.stderr
