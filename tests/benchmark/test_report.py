import json
from pathlib import Path

import pytest

from ganstudio import presets
from ganstudio.benchmark import readme
from ganstudio.benchmark.report import SCHEMA, to_json, to_text
from ganstudio.config import change, to_dict
from ganstudio.errors import InputError
from support.benchmark import config, report


def test_figures_that_follow_from_others() -> None:
    made = report()
    assert made.images_per_second == 2000.0
    assert made.plain_images_per_second == 1000.0
    assert made.ratio == 2.0  # of 2, 3 and 1
    assert made.peak_share == pytest.approx(2000 / 8 * 4e6 / 4e9)


def test_json_holds_everything() -> None:
    values = json.loads(to_json(report()))
    assert values["schema"] == SCHEMA
    assert values["ratio"] == 2.0
    assert values["peak_share"] == pytest.approx(0.25)
    assert values["rounds"][1] == {"ours": 3000.0, "plain": 1000.0}
    assert values["phases"][0] == {"name": "data", "seconds": 0.001}
    assert values["versions"]["torch"] == "2.13.0"
    assert values["date"] == "2026-11-22T12:00:00+00:00"
    assert values["settings"] == to_dict(config())


def test_table_is_for_people() -> None:
    text = to_text(report())
    for part in ("2,000 pictures/s", "2.00, median of 2.00, 3.00, 1.00", "25%", "4 GFLOP/s", "123 MB", "a computer"):
        assert part in text
    lines = {line.strip().rsplit("  ", 3)[0].split("  ")[0]: line for line in text.splitlines()}
    assert "1.00 ms   25%" in lines["data"]
    assert "2.00 ms   50%" in lines["D backward"]
    assert "1.00 ms   25%" in lines["rest"]


def test_label_says_what_was_changed_of_a_preset() -> None:
    preset = presets.load("mnist-dcgan").config
    changed = {"network.width": 32, "engine.threads": 1, "output.grid": 2, "epochs": 7, "ema.show_raw": True}
    for path, value in changed.items():
        preset = change(preset, path, value)
    made = report()
    object.__setattr__(made, "settings", to_dict(preset))
    assert made.label == "mnist-dcgan (network.width 32, ema.show_raw true)"


# ---- the table in a file ------------------------------------------------------------------------------------------

ABOVE, BELOW = "# Title\n\nText.\n\n", "\n\nMore, with a | in it.\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(f"{ABOVE}<!-- bench -->\n<!-- /bench -->{BELOW}")
    return path


def rows(path: Path) -> list[str]:
    text = path.read_text()
    assert text.startswith(ABOVE + readme.BEGIN)
    assert text.endswith(readme.END + BELOW)
    lines = text.removeprefix(ABOVE).removesuffix(BELOW).splitlines()
    assert lines[1].startswith("| preset | hardware |")
    assert set(lines[2]) == set("|- ")
    assert len({line.count("|") for line in lines[1:-1]}) == 1
    return lines[3:-1]


def test_writing_twice_writes_once(file: Path) -> None:
    readme.write(file, report())
    once = file.read_text()
    assert rows(file) == [
        "| mlp (data.name digits, network.name mlp, network.z_size 4, network.width 4, optimizer.batch_size 8) "
        "| a computer, 2 cores | 2,000 | 1,000 | 2.00 | 25% | 123 MB | 2026-11-22, float32, 1 thread, torch 2.13.0 |"
    ]
    readme.write(file, report())
    assert file.read_text() == once


def test_a_row_for_each_preset_and_hardware_in_the_order_they_came(file: Path) -> None:
    readme.write(file, report(network__width=8))
    readme.write(file, report())
    readme.write(file, report(hardware="another"))
    first = rows(file)
    assert len(first) == 3
    newer = report(network__width=8)
    object.__setattr__(newer, "memory", 5_000_000)
    readme.write(file, newer)
    assert rows(file)[1:] == first[1:]
    assert rows(file)[0] == first[0].replace("123 MB", "5 MB")


@pytest.mark.parametrize("text", ["", "<!-- bench -->", "<!-- /bench --><!-- bench -->"])
def test_file_without_a_place_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "README.md"
    path.write_text(text)
    with pytest.raises(InputError, match="<!-- bench -->"):
        readme.write(path, report())
    with pytest.raises(InputError, match="<!-- bench -->"):
        readme.check(path)
    assert path.read_text() == text
