"""Curves as SVG (an XML parser), PNG (Pillow) and CSV (csv)."""

import csv
import dataclasses
import math
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from ganstudio.errors import ExportError
from ganstudio.events import MarkKind
from ganstudio.export import chart
from ganstudio.export.canvas import PictureCanvas
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.plots.curve_data import Points
from ganstudio.plots.specs import LOSS, LineColour
from ganstudio.runs.folder import RunFolder
from support import export

SVG = "{http://www.w3.org/2000/svg}"
D_LOSS, G_LOSS = chart.LINE_COLOURS[LineColour.D_LOSS], chart.LINE_COLOURS[LineColour.G_LOSS]
REAL, FAKE = chart.LINE_COLOURS[LineColour.REAL], chart.LINE_COLOURS[LineColour.FAKE]


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
    for title in ("Loss", "Accuracy", "D(x)", "V(D, G)", "Quality"):
        assert title in told
    assert {"D(G(z))", "V(D, G)", "\N{MINUS SIGN}log 4", "FCD", "precision", "recall", "coverage", "epoch"} <= set(told)
    assert any("tiny-run" in each for each in told)


def test_lines_have_the_windows_colours_and_lie_where_the_values_are(finished: RunFolder, out: Path) -> None:
    root = svg(finished, out)
    parts = [places(each) for each in drawn(root, D_LOSS)]
    assert len(parts) == 1  # one line, also where D was not trained, at step 60
    (points,) = parts
    assert len(points) == 49
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert points[0][1] > points[-1][1]  # the loss rises, so y falls
    assert drawn(root, REAL)
    assert drawn(root, FAKE)
    (dashed,) = drawn(root, G_LOSS)
    assert dashed.get("stroke-dasharray")


def test_colours_are_the_windows_on_light_paper() -> None:
    light = pytest.importorskip("ganstudio.gui.widgets.theme").LIGHT
    assert (light.d_loss, light.g_loss) == (D_LOSS, G_LOSS)
    assert (light.real, light.fake) == (REAL, FAKE)


def test_all_lines_stay_inside_the_sheet(finished: RunFolder, out: Path) -> None:
    root = svg(finished, out)
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    for each in root.iter(f"{SVG}polyline"):
        for x, y in places(each):
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_a_changed_setting_is_a_line_through_every_plot(finished: RunFolder, out: Path) -> None:
    root = svg(finished, out)
    for kind in (MarkKind.CHANGE, MarkKind.WARNING):
        marks = [places(each) for each in drawn(root, chart.MARK_COLOURS[kind], "0.75")]
        assert len(marks) == 5
        assert len({x for mark in marks for x, _ in mark}) == 1


def test_measures_are_left_out_where_nothing_was_measured(tmp_path: Path, out: Path) -> None:
    run = RunFolder.create(tmp_path / "run", export.config(), export.RunInfo("2026-11-22", 0))
    run.append(export.tick(1))
    told = words(svg(run, out))
    assert "Loss" in told
    assert "Quality" not in told


def test_the_value_is_left_out_where_it_is_not_defined(tmp_path: Path, out: Path) -> None:
    run = RunFolder.create(tmp_path / "run", export.config(loss="wasserstein"), export.RunInfo("2026-11-22", 0))
    for step in range(1, 5):
        run.append(export.tick(step))
    told = words(svg(run, out))
    assert "Accuracy" in told
    assert "V(D, G)" not in told


def test_names_with_signs_of_xml_are_escaped(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / 'a<b>&"c', steps=(0,))
    assert any('a<b>&"c' in each for each in words(svg(run, out)))


def test_the_picture_shows_the_same_lines(finished: RunFolder, out: Path) -> None:
    FORMATS["png"].write(Job(finished.path, out / "c.png", content=Content.CURVES))
    root = svg(finished, out)
    with Image.open(out / "c.png") as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    assert pixels.shape[:2] == (2 * float(root.get("height", "0")), 2 * float(root.get("width", "0")))
    colour = [int(D_LOSS[place : place + 2], 16) for place in (1, 3, 5)]
    for x, y in [point for each in drawn(root, D_LOSS) for point in places(each)][5:40:6]:
        near = pixels[int(2 * y) - 4 : int(2 * y) + 5, int(2 * x) - 4 : int(2 * x) + 5]
        assert (np.abs(near - colour).sum(2) < 60).any()


def test_lines_that_are_lost_are_told_with_the_table(finished: RunFolder, out: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(finished.path, tmp_path / "damaged")
    said = FORMATS["csv"].write(Job(damaged, out / "c.csv"))
    assert "cannot be read" not in said
    with (damaged / "history.jsonl").open("ab") as file:
        file.write(bytes(4096))
    assert "1 line of history.jsonl cannot be read" in FORMATS["csv"].write(Job(damaged, out / "c.csv"))
    (damaged / "history.jsonl").write_bytes(bytes(4096))
    with pytest.raises(ExportError, match="is damaged: none of its lines"):
        FORMATS["csv"].write(Job(damaged, out / "c.csv"))


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


def points(*values: tuple[float, float]) -> Points:
    x, y = (np.array(axis, np.float64) for axis in zip(*values, strict=True))
    return Points(x, y, x, y)


def loss_chart(x_range: tuple[float, float], *values: tuple[float, float], log: bool = False) -> ElementTree.Element:
    plot = chart.ChartPlot(LOSS, {"d_loss": points(*values)}, log)
    return ElementTree.fromstring(chart.svg_document(chart.Chart("a run", (plot,), "step", x_range)).encode())


def test_only_what_is_in_view_is_drawn() -> None:
    (line,) = drawn(loss_chart((10.0, 20.0), (0.0, 1.0), (15.0, 2.0), (30.0, 1.0)), D_LOSS)
    (left, bottom), (middle, top), (right, _) = places(line)
    assert middle == pytest.approx((left + right) / 2, abs=0.02)
    assert top < bottom
    assert (left, right) == (64, chart.WIDTH - 16)


def test_lines_that_are_hidden_are_neither_drawn_nor_named() -> None:
    root = loss_chart((0.0, 2.0), (0.0, 1.0), (2.0, 2.0))
    assert "D" in words(root)
    assert "G" not in words(root)
    assert not drawn(root, G_LOSS)


def test_a_logarithmic_scale_has_powers_of_ten() -> None:
    root = loss_chart((0.0, 2.0), (0.0, 0.01), (1.0, 1.0), (2.0, 100.0), log=True)
    assert {"0.01", "1", "100"} <= set(words(root))
    (line,) = drawn(root, D_LOSS)
    heights = [y for _, y in places(line)]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.02)


def test_a_plot_without_values_says_why() -> None:
    plot = chart.ChartPlot(LOSS, {"d_loss": points((0.0, math.nan))}, note="Nothing was measured.")
    root = ElementTree.fromstring(chart.svg_document(chart.Chart("a run", (plot,), "step", (0.0, 1.0))).encode())
    assert "Nothing was measured." in words(root)


def test_a_dashed_line_is_drawn_in_pieces() -> None:
    canvas = PictureCanvas(100, 10, 1, "#FFFFFF")
    canvas.draw_line(np.array([[0.0, 5.0], [50.0, 5.0], [100.0, 5.0]]), "#000000", 2.0, (6.0, 4.0))
    dark = np.asarray(canvas.picture().convert("L"))[5] < 128
    assert 0.5 < dark.mean() < 0.7
    assert np.count_nonzero(np.diff(dark.astype(int)) == 1) == 9


def test_a_dash_goes_round_a_corner() -> None:
    canvas = PictureCanvas(30, 30, 1, "#FFFFFF")
    canvas.draw_line(np.array([[2.0, 2.0], [7.0, 2.0], [7.0, 22.0]]), "#000000", 2.0, (6.0, 4.0))
    dark = np.asarray(canvas.picture().convert("L")) < 128
    assert dark[2, 2:8].all()
    assert [dark[y, 7] for y in (5, 10, 15, 19)] == [False, True, False, True]


def test_svg_numbers_are_short(finished: RunFolder, out: Path) -> None:
    svg(finished, out)
    assert not re.search(r"\d\.\d{5}", (out / "c.svg").read_text(encoding="utf-8"))


@pytest.mark.parametrize("level", [-3.2084e-12, 1.0e30, -3.0e6, 987_654.0])
def test_numbers_along_y_find_room_beside_their_axis(level: float) -> None:
    values = [(step, level * (1 + 1e-5 * step)) for step in range(1, 9)]
    root = loss_chart((0.0, 10.0), *values)
    numbers = [each for each in root.iter() if each.get("text-anchor") == "end"]
    canvas = PictureCanvas(10, 10, 1, "#FFFFFF")
    assert len(numbers) >= 2
    for each in numbers:
        assert canvas.text_width(each.text or "", int(each.get("font-size", "0"))) <= float(each.get("x", "0")), (
            each.text
        )


def test_a_title_with_control_characters_is_still_a_document() -> None:
    title = "two\nlines\x07 \N{RIGHT-TO-LEFT OVERRIDE}<b>&\udce9" + "x" * 10_000
    shown = chart.Chart(title, (), "steps", (0.0, 1.0))
    document = chart.svg_document(shown)
    ElementTree.fromstring(document.encode("utf-8"))
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in document
    assert len(document) < 3000
    assert chart.draw_picture(shown).size[0] == 2 * chart.WIDTH


def test_a_name_that_the_disk_does_not_take_is_refused_in_words(finished: RunFolder, out: Path) -> None:
    with pytest.raises(ExportError, match=r"\.csv could not be written: "):
        FORMATS["csv"].write(Job(finished.path, out / f"{'x' * 300}.csv"))


def test_a_line_that_a_run_need_not_have_is_drawn_only_where_it_has_values(finished: RunFolder, out: Path) -> None:
    assert "augmented" not in words(svg(finished, out))
    run = export.run(out / "run", steps=(), ticks=2)
    run.append(dataclasses.replace(export.tick(6), augment_p=0.25))
    assert "augmented" in words(svg(run, out))
