"""`ganstudio bench` as a user types it."""

import json
from pathlib import Path

import pytest

from ganstudio import cli

TINY = [
    "--preset",
    "mnist-quick",
    "--data.name",
    "digits",
    "--network.width",
    "4",
    "--output.grid",
    "2",
    "--engine.threads",
    "1",
]
TINY += ["--engine.precision", "float32", "--seconds", "0.2", "--rounds", "1"]


def test_bench_measures_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures, readme = tmp_path / "b.json", tmp_path / "README.md"
    readme.write_text("<!-- bench -->\n<!-- /bench -->\n")
    assert cli.main(["bench", *TINY, "--json", str(figures), "--write", str(readme)]) == 0
    out, _ = capsys.readouterr()
    values = json.loads(figures.read_text())
    (pair,) = values["rounds"]
    assert values["ratio"] == pytest.approx(pair["ours"] / pair["plain"])
    assert values["label"] == "mnist-quick (data.name digits, network.width 4)"
    assert values["settings"]["engine"]["precision"] == "float32"
    assert values["images_per_round"] == 64
    assert 0 < values["peak_share"] < 1
    assert 0 < sum(each["seconds"] for each in values["phases"]) <= values["timed_round"]
    assert values["memory"] > 50e6
    for part in (
        f"{pair['ours']:,.0f} pictures/s",
        f"{pair['plain']:,.0f} pictures/s",
        values["hardware"],
        "G backward",
    ):
        assert part in out
    row = readme.read_text().splitlines()[3]
    assert row.startswith(f"| {values['label']} | {values['hardware']} | {pair['ours']:,.0f} | {pair['plain']:,.0f} |")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--seconds", "0"], "--seconds must be from 0.1"),
        (["--rounds", "0"], "--rounds must be from 1"),
        (["--preset", "mnist-quik"], "Did you mean mnist-quick?"),
        (["--network.width", "0"], "a whole number from 4"),
        (["--epochs", "3"], "does not know --epochs"),
        (["--json", "nowhere/b.json"], "no folder nowhere"),
        (["--json", "."], "cannot be written"),
        (["--write", "nowhere.md"], "nowhere.md cannot be read"),
        (["--write", "bare.md"], "<!-- bench -->"),
        (["--data.name", "mnits"], "Did you mean mnist?"),
        (["--data.name", "digits", "--device", "toaster"], "auto or one of cpu"),
    ],
)
def test_wrong_use_is_told_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bare.md").write_text("# Title\n")
    assert cli.main(["bench", *words]) == 2
    out, error = capsys.readouterr()
    assert says in error
    assert error.count("\n") == 1
    assert out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bare.md"]
