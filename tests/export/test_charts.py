"""Curves as SVG (an XML parser), PNG (Pillow) and CSV (csv)."""

import csv
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from ganstudio.export import chart, curves
from ganstudio.export.canvas import Picture
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.runs.folder import RunFolder
from support import export

SVG = "{http://www.w3.org/2000/svg}"
D_LOSS, G_LOSS = curves.LOSS.lines
REAL, FAKE, _ = curves.ACCURACY.lines


def svg(run: RunFolder, out: Path) -> ElementTree.Element:
    FORMATS["svg"].write(Job(run.path, out / "c.svg"))
    return ElementTree.parse(out / "c.svg").getroot()


def words(root: ElementTree.Element) -> list[str]:
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def drawn(root: ElementTree.Element, colour: str, width: str = "1.75") -> list[ElementTree.Element]:
    """Lines of a colour and width, the piece in the legend left out."""
    found = [each for each in root.iter(f"{SVG}polyline") if each.get("stroke") == colour]
    return [each for each in found if each.get("stroke-width") == width and not in_legend(places(each))]


def in_legend(points: list[tuple[float, float]]) -> bool:
    return len(points) == 2 and points[1] == (points[0][0] + 22, points[0][1])


def places(line: ElementTree.Element) -> list[tuple[float, float]]:
    pairs = [place.split(",") for place in line.get("points", "").split()]
    return [(float(x), float(y)) for x, y in pairs]


def test_text_stays_text(finished: RunFolder, out: Path) -> None:
    told = words(svg(finished, out))
    for title in ("Loss", "Accuracy", "D(x)", "V(D, G)", "Frechet classifier distance", "Precision and recall"):
        assert title in told
    assert {"D(G(z))", "V(D, G)", "\N{MINUS SIGN}log 4", "FCD", "epoch"} <= set(told)
    assert any("tiny-run" in each for each in told)


def test_lines_have_the_windows_colours_and_lie_where_the_values_are(finished: RunFolder, out: Path) -> None:
    root = svg(finished, out)
    parts = [places(each) for each in drawn(root, D_LOSS.colour)]
    assert len(parts) == 2  # parted at step 60, where D was not trained
    points = [point for part in parts for point in part]
    assert len(points) == 49
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert points[0][1] > points[-1][1]  # the loss rises, so y falls
    assert drawn(root, REAL.colour)
    assert drawn(root, FAKE.colour)
    (dashed,) = drawn(root, G_LOSS.colour)
    assert dashed.get("stroke-dasharray")


def test_colours_are_the_windows_on_light_paper() -> None:
    light = pytest.importorskip("ganstudio.gui.widgets.theme").LIGHT
    assert (D_LOSS.colour, G_LOSS.colour) == (light.d_loss, light.g_loss)
    assert (REAL.colour, FAKE.colour) == (light.real, light.fake)


def test_all_lines_stay_inside_the_sheet(finished: RunFolder, out: Path) -> None:
    root = svg(finished, out)
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    for each in root.iter(f"{SVG}polyline"):
        for x, y in places(each):
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_a_changed_setting_is_a_line_through_every_plot(finished: RunFolder, out: Path) -> None:
    marks = [places(each) for each in drawn(svg(finished, out), chart.CHANGE, "0.75")]
    assert len(marks) == 6
    assert len({x for mark in marks for x, _ in mark}) == 1  # the warning is none


def test_measures_are_left_out_where_nothing_was_measured(tmp_path: Path, out: Path) -> None:
    run = RunFolder.create(tmp_path / "run", export.config(), export.RunInfo("2026-11-22", 0))
    run.append(export.tick(1))
    told = words(svg(run, out))
    assert "Loss" in told
    assert "Frechet classifier distance" not in told


def test_the_value_is_left_out_where_it_is_not_defined(tmp_path: Path, out: Path) -> None:
    run = RunFolder.create(tmp_path / "run", export.config(loss="wasserstein"), export.RunInfo("2026-11-22", 0))
    for step in range(1, 5):
        run.append(export.tick(step))
    assert "Value" not in words(svg(run, out))


def test_names_with_signs_of_xml_are_escaped(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / 'a<b>&"c', steps=(0,))
    assert any('a<b>&"c' in each for each in words(svg(run, out)))


def test_the_picture_shows_the_same_lines(finished: RunFolder, out: Path) -> None:
    FORMATS["png"].write(Job(finished.path, out / "c.png", content=Content.CURVES))
    root = svg(finished, out)
    with Image.open(out / "c.png") as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    assert pixels.shape[:2] == (2 * float(root.get("height", "0")), 2 * float(root.get("width", "0")))
    colour = [int(D_LOSS.colour[place : place + 2], 16) for place in (1, 3, 5)]
    for x, y in [point for each in drawn(root, D_LOSS.colour) for point in places(each)][5:40:6]:
        near = pixels[int(2 * y) - 4 : int(2 * y) + 5, int(2 * x) - 4 : int(2 * x) + 5]
        assert (np.abs(near - colour).sum(2) < 60).any()


def test_the_table_holds_every_figure(finished: RunFolder, out: Path) -> None:
    FORMATS["csv"].write(Job(finished.path, out / "c.csv"))
    with (out / "c.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 51  # 50 ticks, and a measure between two of them
    assert [int(row["step"]) for row in rows] == sorted(int(row["step"]) for row in rows)
    at = {int(row["step"]): row for row in rows}
    assert at[40]["d_loss"] == "1.4"
    assert at[40]["fcd"] == "30"
    assert at[40]["class_9"] == "0.1"
    assert at[60]["d_loss"] == ""
    assert (at[95]["fcd"], at[95]["d_loss"], at[95]["epoch"]) == ("12.5", "", "1.9")
    assert {"images", "seconds", "precision", "recall", "coverage", "kl", "sure"} <= set(rows[0])


# ---- the parts of a chart -------------------------------------------------------------------------------------------


def test_smoothing_starts_unbiased_and_passes_over_gaps() -> None:
    values = np.concatenate([np.full(500, 3.0), [np.nan], np.full(499, 3.0)])
    smooth = chart.smoothed(values)
    assert math.isnan(smooth[500])
    assert np.allclose(np.delete(smooth, 500), 3.0)
    noisy = np.random.default_rng(0).normal(size=2000)
    assert chart.smoothed(noisy).std() < 0.25
    assert np.array_equal(chart.smoothed(noisy[:40]), noisy[:40])  # few values: as they are


def test_a_long_curve_becomes_few_points_and_keeps_its_spikes() -> None:
    x, y = np.arange(200_000.0), np.zeros(200_000)
    y[123_456] = 50.0
    y[10] = np.nan
    for extremes in (True, False):
        short_x, short_y = chart.reduced(x, y, 1000, extremes)
        assert len(short_x) == len(short_y) <= 1000
        assert np.all(np.diff(short_x) >= 0)
        assert np.isfinite(short_y).all()
        assert (short_y.max() == 50.0) == extremes


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-1.5, 0.5, [-1.5, -1.0, -0.5, 0, 0.5]),
        (0, 30_000, [0, 10_000, 20_000, 30_000]),
    ],
)
def test_numbers_on_an_axis_are_round(low: float, high: float, wanted: list[float]) -> None:
    assert chart.nice(low, high, 5 if high < 100 else 4) == pytest.approx(wanted)


def test_a_dashed_line_is_drawn_in_pieces() -> None:
    canvas = Picture(100, 10, 1, "#FFFFFF")
    canvas.line(np.array([[0.0, 5.0], [50.0, 5.0], [100.0, 5.0]]), "#000000", 2.0, (6.0, 4.0))
    dark = np.asarray(canvas.image().convert("L"))[5] < 128
    assert 0.5 < dark.mean() < 0.7
    assert np.count_nonzero(np.diff(dark.astype(int)) == 1) == 9


def test_svg_numbers_are_short(finished: RunFolder, out: Path) -> None:
    svg(finished, out)
    assert not re.search(r"\d\.\d{5}", (out / "c.svg").read_text(encoding="utf-8"))
