"""Generators as ONNX, computed by onnxruntime, and as safetensors, found again by latent.models."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import Cancelled, ExportError
from ganstudio.export import onnx as exporter
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.latent import models
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import checkpoint, header
from ganstudio.runs.folder import RunFolder
from ganstudio.training.state import D_PREFIX
from support import export
from support.export import Block

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


def write(run: RunFolder, out: Path, **wishes: object) -> str:
    return FORMATS["onnx"].write(Job(run.path, out / "g.onnx", **wishes))


def session(path: Path) -> "onnxruntime.InferenceSession":
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize(("name", "modes"), [("mlp", 0), ("dcgan", 0), ("resnet", 0), ("mlp", 3)])
def test_onnx_makes_the_same_pictures_in_any_batch(name: str, modes: int, tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", export.config(name, modes=modes), (0, 5))
    said = write(run, out)
    runtime = session(out / "g.onnx")
    assert [each.name for each in runtime.get_inputs()] == ["z"]
    G = Sampler.load(run).G
    for count in (1, 2, 5):
        z = noise(count, 8, count)
        (pictures,) = runtime.run(None, {"z": z})
        assert pictures.shape == (count, 1, 28, 28)
        assert pictures.dtype == np.float32
        assert np.abs(pictures - G(torch.from_numpy(z)).numpy()).max() <= exporter.MAX_DIFFERENCE
    assert "from the original in onnxruntime" in said


@pytest.mark.parametrize("name", ["mlp", "dcgan", "resnet"])
def test_onnx_of_a_conditional_generator_takes_shares_of_classes(name: str, tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", export.config(name, channels=3, conditional=True), (0,))
    write(run, out)
    runtime = session(out / "g.onnx")
    assert [each.name for each in runtime.get_inputs()] == ["z", "classes"]
    z, mix = noise(4, 8, 0), np.eye(10, dtype=np.float32)[[0, 3, 9, 9]]
    mix[3] = 0.1
    (pictures,) = runtime.run(None, {"z": z, "classes": mix})
    G = Sampler.load(run).G
    assert pictures.shape == (4, 3, 28, 28)
    assert np.abs(pictures - G(torch.from_numpy(z), torch.from_numpy(mix)).numpy()).max() <= exporter.MAX_DIFFERENCE
    labelled = G(torch.from_numpy(z[:3]), torch.tensor([0, 3, 9])).numpy()
    assert np.abs(pictures[:3] - labelled).max() <= exporter.MAX_DIFFERENCE


def test_the_file_says_what_it_holds(finished: RunFolder, out: Path) -> None:
    write(finished, out, step=50)
    made = onnx.load(out / "g.onnx")
    facts = {each.key: each.value for each in made.metadata_props}
    assert (facts["name"], facts["step"]) == ("tiny-run", "40")
    assert cfg.from_dict(json.loads(facts["config"])) == finished.config
    assert made.opset_import[0].version >= 17
    assert axes(made.graph.input[0]) == ["N", 8]
    assert axes(made.graph.output[0]) == ["N", 1, 28, 28]


def axes(value: "onnx.ValueInfoProto") -> list[str | int]:
    return [each.dim_param or each.dim_value for each in value.type.tensor_type.shape.dim]


class Labelled(torch.nn.Module):
    """A conditional generator that knows labels only, as one of another package may."""

    def __init__(self) -> None:
        super().__init__()
        self.codes = torch.nn.Embedding(10, 16)

    def forward(self, z: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.codes(labels) + z.repeat(1, 2)).view(-1, 1, 4, 4)


class Fixed(torch.nn.Module):
    """A generator whose graph remembers the batch that it was traced with."""

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return torch.tanh(z).view(len(z), 1, 2, 4)


def as_generator(G: torch.nn.Module, classes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sampler, "from_model", lambda model: Sampler(G, 8, classes))


def test_a_generator_that_knows_labels_only_is_asked_by_label(
    finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    G = Labelled()
    as_generator(G, 10, monkeypatch)
    write(finished, out)
    z, labels = noise(3, 8, 0), np.array([1, 5, 5])
    (pictures,) = session(out / "g.onnx").run(None, {"z": z, "label": labels})
    assert np.abs(pictures - G(torch.from_numpy(z), torch.from_numpy(labels)).numpy()).max() <= exporter.MAX_DIFFERENCE


def test_a_graph_that_onnxruntime_cannot_compute_is_not_kept(
    finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_generator(Fixed(), 0, monkeypatch)
    with pytest.raises(ExportError, match="onnxruntime cannot compute 1 pictures"):
        write(finished, out)
    assert export.left_over(out) == []


class Drifting(torch.nn.Module):
    """A generator whose pictures are a little others when it is asked again."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        self.asked += 1
        return (torch.tanh(z) + 0.001 * self.asked).view(-1, 1, 2, 4)


def test_a_graph_that_differs_is_not_kept(finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_generator(Drifting(), 0, monkeypatch)
    with pytest.raises(ExportError, match="would differ from the generator"):
        write(finished, out)
    assert export.left_over(out) == []


def test_onnx_called_off_leaves_nothing(finished: RunFolder, out: Path) -> None:
    told: list[int] = []
    with pytest.raises(Cancelled):
        write(finished, out, on_progress=lambda done, total: told.append(done), should_stop=lambda: len(told) == 2)
    assert export.left_over(out) == []


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_without_a_package_it_names_the_command(package: str, block: Block, finished: RunFolder, out: Path) -> None:
    block(package)
    with pytest.raises(
        ExportError,
        match=rf"{re.escape(sys.executable)} -m pip install --force-reinstall 'onnx>=1.17' 'onnxruntime>=1.20'",
    ):
        write(finished, out)


# ---- safetensors ----------------------------------------------------------------------------------------------------


def test_a_generator_file_is_found_again_and_makes_the_same_pictures(finished: RunFolder, out: Path) -> None:
    path = out / "g.safetensors"
    FORMATS["safetensors"].write(Job(finished.path, path, step=45))
    model = models.find(path)
    assert (model.name, model.step, model.config) == ("tiny-run", 40, finished.config)
    z = noise(5, 8, 1)
    assert np.array_equal(Sampler.from_model(model).sample(z), Sampler.load(finished, 45).sample(z))
    _, meta = checkpoint.load_snapshot(path)
    assert (meta["epoch"], meta["images"]) == (0.8, 40 * 64)


def test_d_comes_along_and_the_file_can_be_exported_again(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", steps=(0,))
    path = run.snapshot_path(0)
    tensors, meta = checkpoint.load_snapshot(path)
    checkpoint.save_snapshot(path, tensors | {"D/weight": torch.ones(3)}, meta | {"d_centre": 0.5})
    both = {"content": Content.NETWORKS}
    FORMATS["safetensors"].write(Job(run.path, out / "one.safetensors", **both))
    FORMATS["safetensors"].write(Job(out / "one.safetensors", out / "two.safetensors", **both))
    again, about = checkpoint.load_snapshot(out / "two.safetensors")
    assert torch.equal(again["D/weight"], torch.ones(3))
    assert (about["d_centre"], about["name"], about["images"]) == (0.5, "run", 0)


def test_where_d_was_not_kept_both_networks_cannot_be_had(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", steps=(0,))
    tensors, meta = checkpoint.load_snapshot(run.snapshot_path(0))
    checkpoint.save_snapshot(
        run.snapshot_path(0), {name: each for name, each in tensors.items() if not name.startswith(D_PREFIX)}, meta
    )
    with pytest.raises(ExportError, match="The discriminator was not saved at this step"):
        FORMATS["safetensors"].write(Job(run.path, out / "g.safetensors", content=Content.NETWORKS))
    assert export.left_over(out) == []


@pytest.mark.parametrize("source", ["mnist", "mnist-conditional", "run"])
def test_the_file_loads_strictly_into_the_module_that_its_settings_describe(
    source: str, finished: RunFolder, out: Path
) -> None:
    path = out / "g.safetensors"
    FORMATS["safetensors"].write(Job(finished.path if source == "run" else source, path))
    settings = cfg.from_dict(header.meta(path)["config"])
    tensors = safetensors.torch.load_file(path)
    assert {each.dtype for each in tensors.values()} == {torch.float32}
    G = networks.generator(settings)
    G.load_state_dict(tensors, strict=True)
    again = networks.generator(settings)
    assert safetensors.torch.load_model(again, path) == (set(), [])
    z, labels = torch.randn(3, settings.network.z_size), torch.arange(3) if settings.network.conditional else None
    model = Sampler.from_model(models.find(path)).G
    for module in (G, again):
        assert torch.equal(module.eval()(z, labels), model(z, labels))


def test_a_generator_file_serves_for_onnx_too(finished: RunFolder, out: Path) -> None:
    FORMATS["safetensors"].write(Job(finished.path, out / "g.safetensors"))
    assert "tiny-run, step 80" in FORMATS["onnx"].write(Job(out / "g.safetensors", out / "g.onnx"))
