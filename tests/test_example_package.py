"""A package of its own adds networks and losses: tests/example_package, as an installer would have put it there."""

import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.runs import checkpoint

PACKAGE = Path(__file__).parent / "example_package"
TINY = ["--data.name", "digits", "--network.z-size", "4", "--network.width", "4", "--optimizer.batch-size", "64"]
TINY += ["--output.grid", "2", "--engine.threads", "1", "--engine.precision", "float32", "--steps", "5"]

# One process for all command lines: each new one would spend its time on importing torch.
SCRIPT = """
import contextlib, io, json, sys
from ganstudio.cli import main
told = []
for words in json.loads(sys.argv[1]):
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        try:
            code = main(words)
        except SystemExit as left:
            code = left.code
    told.append((code, out.getvalue(), error.getvalue()))
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Told:
    code: int
    out: str
    error: str


def declared() -> dict[str, dict[str, str]]:
    """The package's entry points by group."""
    points: dict[str, dict[str, str]] = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"][
        "entry-points"
    ]
    return points


def install(site: Path, points: dict[str, dict[str, str]]) -> Path:
    """What an installer writes beside a package: its name, and its entry points."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    folder = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    folder.mkdir(parents=True)
    known = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (folder / "METADATA").write_text(known)
    groups = ("\n".join((f"[{group}]", *(f"{k} = {v}" for k, v in named.items()))) for group, named in points.items())
    (folder / "entry_points.txt").write_text("\n\n".join(groups) + "\n")
    return site


def studio(site: Path, *lines: list[str]) -> list[Told]:
    """`ganstudio` with each of these command lines, in a process that sees the package and its metadata."""
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join((str(site), str(PACKAGE)))}
    command = [sys.executable, "-c", SCRIPT, json.dumps(lines)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return [Told(*each) for each in json.loads(done.stdout)]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_its_networks_and_loss_train_and_are_sampled(site: Path, tmp_path: Path) -> None:
    run, pictures = str(tmp_path / "R"), str(tmp_path / "s.npy")
    chosen = ["--network.name", "linear", "--objective.loss", "chi-squared"]
    trained, sampled, asked = studio(
        install(site, declared()),
        ["train", *TINY, *chosen, "--out", run],
        ["sample", run, "--count", "3", "--out", pictures],
        ["train", "--help"],
    )
    assert trained.code == 0, trained.error
    assert "Done at step 5" in trained.out
    weights = checkpoint.load(tmp_path / "R" / "checkpoints" / "00000005.safetensors").tensors
    assert weights["G.layer.weight"].shape == (28 * 28, 4)
    assert weights["D.layer.weight"].shape == (1, 28 * 28)
    assert sampled.code == 0, sampled.error
    assert np.load(pictures).shape == (3, 28, 28)
    assert "dcgan|mlp|resnet|points|linear" in asked.out
    assert "|chi-squared" in asked.out


def test_entry_points_that_are_broken_or_take_our_names(site: Path, tmp_path: Path) -> None:
    """One that is broken is told in a sentence where it is chosen, and harms nobody else; our own names stay ours."""
    networks = {"gone": "no_such_module:PAIR", "number": "math:pi", "torn": "ganstudio_example:NONE", "mlp": "math:pi"}
    losses = {"lost": "no_such_module:LOSS", "cosine": "math:cos", "hinge": "math:cos"}
    install(site, {"ganstudio.networks": networks, "ganstudio.objectives": losses})
    lines = {name: ["--network.name", name] for name in networks} | {
        name: ["--objective.loss", name] for name in losses
    }
    ours = {"mlp", "hinge"}
    told = studio(site, *(["train", *TINY, *flags, "--out", str(tmp_path / name)] for name, flags in lines.items()))
    for name, each in zip(lines, told, strict=True):
        if name in ours:
            assert each.code == 0, (name, each)
            continue
        assert each.code == 2, (name, each)
        assert name in each.error
        assert "Traceback" not in each.error
        assert each.error.count("\n") == 1
        assert not (tmp_path / name).exists()


def test_one_that_ends_the_program_and_a_package_with_broken_metadata(site: Path, tmp_path: Path) -> None:
    install(site, {"ganstudio.networks": {"leaves": "leaving:PAIR"}})
    (site / "leaving.py").write_text("import sys; sys.exit(7)\n")
    broken = site / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (broken / "entry_points.txt").write_text("[ganstudio.networks]\na line without an equals sign\n")
    chosen = ["train", *TINY, "--network.name", "leaves", "--out", str(tmp_path / "R")]
    told = studio(site, chosen, ["runs"], ["doctor"])
    warning = "The entry points of the package broken cannot be read"
    assert [each.code for each in told] == [2, 0, 0], told[0].error
    assert all(each.error.startswith(warning) for each in told)
    assert "leaves of the package ganstudio-example cannot be used: SystemExit: 7." in told[0].error
    assert f"- {warning}" in told[2].out


def test_readme_shows_its_entry_points() -> None:
    text = (PACKAGE.parents[1] / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert tomllib.loads(shown)["project"]["entry-points"] == declared()


def test_its_loss_is_the_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGE))
    loss = importlib.import_module("ganstudio_example.losses").CHI_SQUARED
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([-1.0, 1.0])
    assert loss.d_loss(real, fake, 0.0).item() == pytest.approx(((0 + 4) / 2 + (0 + 4) / 2) / 2)
    assert loss.d_loss(real, fake, 0.5).item() == pytest.approx(((0.25 + 6.25) / 2 + (0 + 4) / 2) / 2)
    assert loss.g_loss(fake, real).item() == pytest.approx((1 + 1) / 2 / 2)
    assert [each.tolist() for each in loss.opinion(real, fake)] == [[1.0, 1.0], [0.0, 1.0]]
