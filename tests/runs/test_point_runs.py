"""A run of points on disk and at the prompt: measured, gone on with, branched, packed, and drawn by hand."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio import cli, presets
from ganstudio import config as cfg
from ganstudio.data import catalog, dataset_switch
from ganstudio.data.points import density_picture, drawings, sets
from ganstudio.data.points.drawings import Stroke
from ganstudio.errors import ConfigError, DataError
from ganstudio.events import Finished, Measured, Stepped
from ganstudio.latent.live import LiveNetworks
from ganstudio.latent.models import of_run
from ganstudio.latent.plane import fixed_noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import archive, branch, history, history_rows, runner
from ganstudio.runs.evaluator import measure_newest
from ganstudio.runs.folder import RunFolder
from ganstudio.training.look import Look, flatten
from support.points import settings


def train(config: cfg.RunConfig, path: Path) -> RunFolder:
    events = list(runner.start(config, catalog.load_for(config), path).events())
    assert isinstance(events[-1], Finished)
    return RunFolder.open(path)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return train(settings("lab-ring-8"), tmp_path_factory.mktemp("runs") / "ring")


def weights(run: RunFolder) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(run.checkpoints()[-1][1])


def test_looks_at_the_networks_show_them_as_they_are_and_change_nothing(ring: RunFolder, tmp_path: Path) -> None:
    """The run of `ring` again, with a look between any two rounds, and one while it is paused."""
    config = settings("lab-ring-8")
    run = runner.start(config, catalog.load_for(config), tmp_path / "looked-at")
    seen: dict[int, tuple[Look, torch.Tensor, torch.Tensor]] = {}
    networks = run._trainer

    def take(look: Look) -> None:
        seen[look.step] = look, flatten(networks.G_ema.module), flatten(networks.D)
        if look.step == 3:
            run.control.resume()

    for event in run.events():
        if isinstance(event, Stepped):
            run.control.look(take)
        if isinstance(event, Stepped) and event.step == 3:
            run.control.pause()
    assert sorted(seen) == [1, 2, 3, 4, 5, 6]
    for look, G, D in seen.values():
        assert torch.equal(look.G, G)
        assert torch.equal(look.D, D)
    assert not seen[1][0].is_like(seen[2][0])
    last, live = seen[6][0], LiveNetworks(config)
    assert live.take(last)
    assert not live.take(last)
    assert live.step == 6
    z, labels = fixed_noise(config, 50)
    written = Sampler.from_model(of_run(ring))
    np.testing.assert_array_equal(live.sampler.sample_points(z, labels), written.sample_points(z, labels))
    assert live.critic is not None
    assert written.critic is not None
    live.take(replace(last, centre=written.critic.centre))
    np.testing.assert_array_equal(live.critic.opinion_at(z), written.critic.opinion_at(z))
    live.take(replace(last, centre=None))
    assert live.critic is None


def test_rounds_do_not_wait_until_somebody_looks(tmp_path: Path) -> None:
    config, looks = settings("lab-ring-8"), list[Look]()
    run = runner.start(config, catalog.load_for(config), tmp_path / "run")
    run.control.look(looks.append)
    rounds = [event.step for event in run.events() if isinstance(event, Stepped)]
    assert rounds == [1, 2, 3, 4, 5, 6]
    assert len(looks) == 1


def test_figures_of_points_are_in_the_history_and_those_of_pictures_are_absent(ring: RunFolder) -> None:
    found = measure_newest(ring.path)
    assert found is not None
    assert 0 < found.js_floor < found.js <= 1  # type: ignore[operator]
    assert (found.fcd, found.precision, found.classes, found.of_modes, found.count) == (None, None, None, 8, 4096)
    line = next(line for line in ring.path.joinpath("history.jsonl").read_text().splitlines() if '"metric"' in line)
    assert not {"fcd", "precision", "density", "classes", "kl"} & json.loads(line).keys()
    (again,) = ring.measures()
    assert (again.distance, again.distance_name) == (pytest.approx(found.js, rel=1e-5), "JS")
    better = Measured(9, 1.0, 0.1, "points", 4096, js=0.001, sw=0.01)
    assert history.best_measurement([again, better]) is better
    assert history_rows.decode(history_rows.encode(better)) == better
    torn = b'{"mark":"metric","step":9,"epoch":1.0,"seconds":0.1,"features":"points","count":4096}'
    assert history_rows.decode(torn) is None


def test_its_grid_is_one_picture_of_the_points_that_its_generator_makes(ring: RunFolder) -> None:
    step, path = ring.samples()[-1]
    shown = ring.read_samples(path).pictures
    assert shown.shape == (1, 64, 64, 3)
    sampler = Sampler.from_model(of_run(ring, step))
    z = np.random.default_rng(0).standard_normal((300, 2), dtype=np.float32)
    made = sampler.sample_points(z)
    assert np.array_equal(sampler.sample_grid(z)[0], density_picture.draw_density(made, (64, 64)))
    assert np.array_equal(sampler.sample(z[:2])[1], density_picture.draw_each(made[1:2], (64, 64))[0])
    assert sampler.critic is not None
    chances = sampler.critic.opinion_at(made)
    assert chances.shape == (300,)
    assert chances.std() > 0


def test_a_branch_of_points_goes_on_and_takes_no_pictures(ring: RunFolder, tmp_path: Path) -> None:
    made = branch.branch(ring.path, None, {"optimizer.d_lr": 1e-4, "steps": 8}, out=tmp_path / "branch")
    list(runner.resume(made.path).events())
    assert made.checkpoints()[-1][0] == 8
    with pytest.raises(ConfigError, match="its networks make points, and MNIST is a set of pictures"):
        branch.branch(ring.path, None, {"data.name": "mnist"}, out=tmp_path / "other")


def test_evaluate_prints_the_measures_of_points_and_refuses_what_is_for_pictures(
    ring: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "found.json"
    assert cli.main(["evaluate", str(ring.path), "--json", str(file)]) == 0
    text, found = capsys.readouterr().out, json.loads(file.read_text())
    assert f"{found['samples']['js']:.4f}" in text
    assert f"{found['real']['hq']:.1%}" in text
    assert found["real"]["js"] < 0.02 < found["samples"]["js"]
    assert "FCD" not in text
    assert cli.main(["evaluate", str(ring.path), "--samples", "100"]) == 2
    assert "--samples is for pictures" in capsys.readouterr().err


def test_points_are_written_as_numbers(ring: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("p.csv", "p.npy", "p.npz", "p.png"):
        assert cli.main(["sample", str(ring.path), "--count", "7", "--out", str(tmp_path / name)]) == 0
    table = np.loadtxt(tmp_path / "p.csv", delimiter=",", skiprows=1)
    assert (tmp_path / "p.csv").read_text().startswith("x,y\n")
    assert table == pytest.approx(np.load(tmp_path / "p.npy"), rel=1e-5)
    assert np.load(tmp_path / "p.npz")["arr_0"].shape == (7, 2)
    assert cli.main(["sample", str(ring.path), "--out", str(tmp_path / "p.zip")]) == 2
    assert "makes points" in capsys.readouterr().err
    for words in (["--palette", "4"], ["--alpha-threshold", "0.5"]):
        assert cli.main(["sample", str(ring.path), "--out", str(tmp_path / "q.png"), *words]) == 2
        assert f"{words[0]} is for pictures, and ring, step 6 makes points" in capsys.readouterr().err


def test_choosing_points_or_pictures_takes_the_settings_of_their_own_preset() -> None:
    pictures = cfg.change(presets.load("mnist-quick").config, "seed", 5)
    points = dataset_switch.switch_dataset(pictures, "lab-grid-25")
    assert points == cfg.change(presets.load("lab-grid-25").config, "seed", 5)
    other = dataset_switch.switch_dataset(cfg.change(points, "penalty.r1", 7.0), "lab-spiral")
    assert (other.penalty.r1, other.network, other.data.name) == (7.0, points.network, "lab-spiral")
    back = dataset_switch.switch_dataset(points, "digits")
    assert not back.makes_points
    assert (back.data.name, back.network, back.seed) == ("digits", presets.load(presets.DEFAULT).config.network, 5)


# ---- drawn by hand --------------------------------------------------------------------------------------------------


def test_strokes_become_a_density_that_can_be_drawn_on(tmp_path: Path) -> None:
    strokes = [Stroke(((-0.5, 0.5), (0.5, 0.5)), 0.1), Stroke(((0.0, -0.8),), 0.2)]
    drawings.save("mine", drawings.draw_strokes(strokes), strokes)
    assert drawings.read_strokes("mine") == strokes
    points, _ = sets.find_source("mine").distribution.sample(2000, 0)
    on_line = (np.abs(points[:, 1] - 0.5) < 0.06) & (np.abs(points[:, 0]) < 0.57)
    on_dot = np.hypot(points[:, 0], points[:, 1] + 0.8) < 0.12
    assert (on_line | on_dot).all()
    assert on_dot.mean() == pytest.approx(0.0314 / (0.0314 + 0.108), abs=0.05)
    with pytest.raises(DataError, match="at least one stroke"):
        drawings.draw_strokes([Stroke(((5.0, 5.0),))])
    with pytest.raises(DataError, match="already a data set named mine"):
        drawings.save("mine", drawings.draw_strokes(strokes))


def test_a_run_drawn_by_hand_goes_on_with_its_drawing_when_that_is_changed_and_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ([Stroke(((x, 0.0), (x, 0.5)))] for x in (-0.5, 0.5))
    file = drawings.save("mine", drawings.draw_strokes(first), first)
    run = train(settings("mine"), tmp_path / "run")
    whole = branch.branch(run.path, None, {"steps": 9}, out=tmp_path / "whole")
    list(runner.resume(whole.path).events())
    with monkeypatch.context() as patched:
        patched.setattr(drawings, "_MAX_BYTES", 10)
        with pytest.raises(DataError, match=r"points\.png cannot be read"):
            branch.branch(run.path, None, {}, out=tmp_path / "none")
    assert not (tmp_path / "none").exists()
    drawings.save("mine", drawings.draw_strokes(second), second, replace=True)
    packed = archive.pack(run, tmp_path / "run.ganrun")
    shutil.rmtree(file.parent)
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "another computer"))
    elsewhere = archive.unpack(packed, tmp_path / "home")
    list(runner.resume(elsewhere.path, {"steps": 9}).events())
    assert all(torch.equal(weight, weights(whole)[name]) for name, weight in weights(elsewhere).items())
    assert measure_newest(elsewhere.path) is not None


def test_a_picture_becomes_points_where_it_is_not_like_its_paper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = np.full((40, 80), 255, np.uint8)
    page[10:20, 60:70] = 0
    Image.fromarray(page).save(tmp_path / "spot.png")
    assert cli.main(["datasets", "import", str(tmp_path / "spot.png"), "--points"]) == 0
    assert "ganstudio train --data.name spot" in capsys.readouterr().out
    points, _ = sets.find_source("spot").distribution.sample(500, 0)
    assert points.min(0) == pytest.approx([0.5, 0.0], abs=0.02)
    assert points.max(0) == pytest.approx([0.75, 0.25], abs=0.02)
    assert cli.main(["datasets"]) == 0
    assert "12,000 points" in capsys.readouterr().out
    Image.fromarray(np.full((9, 9), 70, np.uint8)).save(tmp_path / "blank.png")
    assert cli.main(["datasets", "import", str(tmp_path / "blank.png"), "--points"]) == 2
    assert "shows nothing" in capsys.readouterr().err
    (tmp_path / "no.png").write_bytes(b"no picture")
    assert cli.main(["datasets", "import", str(tmp_path / "no.png"), "--points"]) == 2
    assert cli.main(["datasets", "import", str(tmp_path / "spot.png"), "--points", "--size", "64"]) == 2
    assert cli.main(["datasets", "remove", "spot"]) == 0
    assert "spot" not in catalog.list_names()


def test_a_picture_is_read_as_it_is_seen(tmp_path: Path) -> None:
    """A drawing on opaque paper is on paper whether alpha is stored or not; one on none is where it is opaque."""
    page = np.full((40, 80, 4), 255, np.uint8)
    page[10:20, 60:70, :3] = 0
    plain = Image.fromarray(page).convert("L")
    plain.save(tmp_path / "plain.png")
    Image.fromarray(page).save(tmp_path / "alpha.png")
    Image.fromarray(page).convert("P").save(tmp_path / "palette.png")
    turned = Image.Exif()
    turned[0x112] = 6  # to be shown turned clockwise
    plain.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.png", exif=turned)
    page[..., 3] = 0
    page[10:20, 60:70] = 255  # white
    Image.fromarray(page).save(tmp_path / "clear.png")
    expected = np.zeros((40, 80))
    expected[10:20, 60:70] = 1
    for name in ("plain", "alpha", "palette", "turned", "clear"):
        assert np.array_equal(drawings.read_picture(tmp_path / f"{name}.png").weights, expected), name


def test_a_damaged_drawing_is_refused_in_words() -> None:
    path = drawings.path_of("bad")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    with pytest.raises(DataError, match=r"bad\.png is not a density of points"):
        catalog.load("bad", size=64, channels=3)
    Image.new("L", (8, 8)).save(path)
    with pytest.raises(DataError, match="black all over"):
        catalog.load("bad", size=64, channels=3)
