"""The plane of a run of points in files: pixels, lines, numbers and frames are those of the run."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image, ImageSequence

from ganstudio import cli
from ganstudio.data import catalog
from ganstudio.errors import ExportError
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.export.plane_chart import BAR, SIDE
from ganstudio.latent.models import of_run
from ganstudio.latent.plane import fixed_noise
from ganstudio.latent.sampler import Sampler
from ganstudio.plots.plane import Layer
from ganstudio.runs import runner
from ganstudio.runs.folder import RunFolder
from support.points import settings

LIMIT = 1.25
REAL, FAKE = (0x56, 0xB4, 0xE9), (0xE6, 0x9F, 0x00)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run that was stopped and resumed: snapshots of steps 0, 6 and 9."""
    path = tmp_path_factory.mktemp("runs") / "ring"
    config = settings("lab-ring-8", objective__loss="non-saturating", network__g_layers=3, optimizer__g_lr=2e-3)
    list(runner.start(config, catalog.load_for(config), path).events())
    list(runner.resume(path, {"steps": 9}).events())
    return RunFolder.open(path)


def export(run: RunFolder, out: Path, content: Content, **options: object) -> str:
    return FORMATS[out.suffix[1:]].write(Job(run.path, out, content, **options))


def place(points: np.ndarray, side: int = SIDE) -> np.ndarray:
    return np.stack((points[:, 0] + LIMIT, LIMIT - points[:, 1]), 1) * side / (2 * LIMIT)


def fakes(run: RunFolder, step: int, count: int = 1000) -> np.ndarray:
    return Sampler.from_model(of_run(run, step)).sample_points(*fixed_noise(run.config, count))


def lonely(points: np.ndarray) -> np.ndarray:
    """Return points inside the plane with none near them whose edge would cover them."""
    distance = np.abs(points[:, None] - points).max(2) + 9 * np.eye(len(points))
    return points[(distance.min(1) > 0.03) & (np.abs(points).max(1) < 1.2)]


def pixels_at(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    x, y = np.floor(place(points, picture.shape[1])).astype(int).T
    return picture[y, x]


def test_a_picture_has_the_fakes_and_the_opinions_of_its_step_where_they_are(ring, tmp_path):
    said = export(ring, tmp_path / "x.png", Content.PLANE, step=7, layers=(Layer.FAKE, Layer.OPINION), scale=1)
    assert "step 6" in said
    image = Image.open(tmp_path / "x.png")
    assert (image.size, image.text["step"]) == ((SIDE, SIDE + BAR), "6")
    picture = np.asarray(image.convert("RGB")).astype(int)
    alone = lonely(fakes(ring, 6))
    assert len(alone) > 20
    assert (np.abs(pixels_at(picture, alone) - FAKE).max(1) < 60).all()
    corners = np.array([(-1.2, 1.1), (1.2, 1.2), (1.1, -1.1), (-1.2, -1.0)], np.float32)
    critic = Sampler.from_model(of_run(ring, 6)).critic
    says = critic.opinion_at(corners)
    blueness = (pixels_at(picture, corners) @ (-1, 0, 1)).astype(int)
    sure = np.abs(says - 0.5) > 0.05
    assert sure.any()
    assert (np.sign(blueness[sure]) == np.sign(says[sure] - 0.5)).all()
    export(ring, tmp_path / "y.png", Content.PLANE, layers=(Layer.REAL,), scale=1, caption=False)
    real = np.asarray(Image.open(tmp_path / "y.png").convert("RGB")).astype(int)
    assert real.shape == (SIDE, SIDE, 3)
    spots = np.array([(np.cos(angle), np.sin(angle)) for angle in np.arange(8) * np.pi / 4])
    for x, y in place(spots).round().astype(int):
        around = real[max(0, y - 4) : y + 5, max(0, x - 4) : x + 5]
        assert (np.abs(around - REAL).max(2) < 20).sum() > 8
    assert (np.abs(real - FAKE).max(2) < 20).sum() == 0


def test_a_drawing_has_each_layer_as_shapes_where_its_numbers_are(ring, tmp_path):
    layers = (Layer.REAL, Layer.FAKE, Layer.LAG, Layer.MANIFOLD, Layer.PUSH, Layer.TRACES)
    export(ring, tmp_path / "x.svg", Content.PLANE, layers=layers)
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    shapes = {kind: root.findall(SVG + kind) for kind in ("circle", "rect", "image", "polygon", "polyline", "text")}
    made = place(fakes(ring, 9))
    inside = ((made > -4) & (made < SIDE + 4)).all(1)
    drawn = [rect for rect in shapes["rect"] if rect.get("fill") == "#E69F00" and rect.get("width") == "3.2"]
    centres = np.array([(float(rect.get("x")) + 1.6, float(rect.get("y")) + 1.6) for rect in drawn])
    np.testing.assert_allclose(np.sort(centres[:, 0]), np.sort(made[inside][:, 0]), atol=0.01)
    assert len([circle for circle in shapes["circle"] if circle.get("r") == "2.5"]) == 100
    assert shapes["image"][0].get("href").startswith("data:image/png;base64,")
    assert len(shapes["polygon"]) == 400
    assert all(0 < float(polygon.get("fill-opacity")) < 1 for polygon in shapes["polygon"])
    texts = " ".join(text.text for text in shapes["text"])
    for said in ("real", "fake", "D too low", "G of a grid of z", "traces", "G's push", "step 9"):
        assert said in texts
    ways = [line for line in shapes["polyline"] if line.get("stroke") == "#E69F00" and line.get("stroke-opacity")]
    assert len(ways) == 2 * 40  # from step 0 to 6, and to 9
    last = ways[-1].get("points").split()[-1].split(",")
    np.testing.assert_allclose([float(each) for each in last], made[39], atol=0.01)


def test_a_table_has_the_points_and_the_opinion_of_each(ring, tmp_path):
    said = export(ring, tmp_path / "x.csv", Content.POINTS)
    rows = list(csv.DictReader((tmp_path / "x.csv").read_text().splitlines()))
    kinds = {kind: [row for row in rows if row["kind"] == kind] for kind in ("real", "fake")}
    assert said == "100 real and 4,096 fake points of step 9"
    assert [len(kind) for kind in kinds.values()] == [100, 4096]
    table = np.array([[float(row[name]) for name in ("x", "y", "d_opinion")] for row in kinds["fake"]])
    np.testing.assert_allclose(table[:, :2], fakes(ring, 9, 4096), rtol=1e-6)
    critic = Sampler.from_model(of_run(ring)).critic
    np.testing.assert_allclose(table[:, 2], critic.opinion_at(fakes(ring, 9, 4096)), rtol=1e-5)
    reals = np.array([[float(row[name]) for name in ("x", "y")] for row in kinds["real"]])
    np.testing.assert_allclose(np.hypot(*reals.T), 1, atol=0.06)


def test_a_film_has_a_frame_for_each_snapshot_and_keeps_the_colours_of_few_points(ring, tmp_path):
    said = export(ring, tmp_path / "x.gif", Content.PLANE, seconds=2.0, step=8)
    assert "from step 0 to 6: 2 frames" in said
    with Image.open(tmp_path / "x.gif") as film:
        frames = [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(film)]
    assert [frame.shape for frame in frames] == [(SIDE + BAR, SIDE, 3)] * 2
    for step, frame in zip((0, 6), frames, strict=True):
        assert (np.abs(pixels_at(frame, lonely(fakes(ring, step))) - FAKE).max(1) < 70).all()
        assert (frame == REAL).all(-1).sum() > 50


def test_what_has_no_plane_or_cannot_be_shown_is_refused_in_words(ring, finished, tmp_path, capsys):
    out = tmp_path / "x.png"
    with pytest.raises(ExportError, match="only a run of points has a plane"):
        export(finished, out, Content.PLANE)
    with pytest.raises(ExportError, match="Only one map can be shown at a time; got opinion and lag"):
        export(ring, out, Content.PLANE, layers=(Layer.OPINION, Layer.LAG))
    with pytest.raises(ExportError, match="would be too large"):
        export(ring, out, Content.PLANE, scale=60)
    line = ["export", str(ring.path), "--format", "png", "--what", "plane", "--out", str(out), "--layers"]
    with pytest.raises(SystemExit) as exit:
        cli.main([*line, "real,sky"])
    assert exit.value.code == 2
    assert "sky" in capsys.readouterr().err
    assert not out.exists()
    assert cli.main([*line, "real, manifold"]) == 0
    assert "the plane at step 9" in capsys.readouterr().out


def test_a_run_of_packs_has_no_opinions_and_says_so(tmp_path):
    config = settings("lab-ring-8", network__packing=2, steps=1)
    list(runner.start(config, catalog.load_for(config), tmp_path / "packed").events())
    packed = RunFolder.open(tmp_path / "packed")
    export(packed, tmp_path / "x.csv", Content.POINTS)
    assert (tmp_path / "x.csv").read_text().splitlines()[0] == "kind,x,y"
    export(packed, tmp_path / "x.svg", Content.PLANE)
    assert "D judges 2 points at a time" in (tmp_path / "x.svg").read_text()
