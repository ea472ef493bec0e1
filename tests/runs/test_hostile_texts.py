"""Text files of a run and presets, damaged or made up: skipped or refused in words, in bounded memory."""

import contextlib
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.errors import ConfigError, RunError
from ganstudio.events import Marked, Measured, Tick
from ganstudio.runs import history, info, labels
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.history_rows import decode, encode
from ganstudio.runs.plan import ResumePlan
from ganstudio.runs.summary import list_runs, summarize
from support.hostile import ODD_VALUES, bounded_memory, damaged_bytes, damaged_json
from support.runs import measured, tick

ROWS = [
    tick(1),
    Marked(1, "change", "x", "optimizer.d_lr", 0.1, 0.2),
    measured(2, 5.0, classes=(0.5, 0.5), kl=0.1),
    tick(2, d_loss=None),
    Marked(1, "resume", "back", "", 2, 1),
    tick(3),
    Marked(3, "finished", "done"),
]
HISTORY = b"".join(encode(row) for row in ROWS)


def as_toml(value: Any, name: str) -> bytes:
    """A TOML file with that content, which is that of the key `name` if it is no table."""
    return tomli_w.dumps(_toml_value(value if isinstance(value, dict) else {name: value})).encode()


def _toml_value(value: Any) -> Any:
    """The same value without what TOML has not: null and integers of more than 64 bits."""
    match value:
        case dict():
            return {key: _toml_value(inner) for key, inner in value.items() if inner is not None}
        case list():
            return [_toml_value(inner) for inner in value if inner is not None]
        case int() if abs(value) >= 1 << 63:
            return 1 << 62
        case _:
            return value


def write_run(home: Path) -> RunFolder:
    path = home / "run"
    if not (path / "run.toml").exists():
        return RunFolder.create(path, cfg.RunConfig(), RunInfo.now(cfg.RunConfig()))
    return RunFolder(path, cfg.RunConfig(), RunInfo.now(cfg.RunConfig()))


def read_all(path: Path) -> history.History:
    """Read a history in all ways."""
    history.read_last(path)
    history.read_measures(path)
    history.read_changes(path)
    return history.read(path)


@pytest.mark.parametrize(
    "values",
    [
        {"step": -1},
        {"step": 10**17},
        {"epoch": -0.5},
        {"epoch": 1e308},
        {"seconds": -1.0},
        {"seconds": 1e308},
        {"images": 10**400},
        {"memory": 10**30},
    ],
)
def test_a_line_of_a_time_that_no_run_reaches_is_skipped(tmp_path: Path, values: dict[str, object]) -> None:
    line = json.dumps(vars(tick(2)) | values).encode() + b"\n"
    assert decode(line) is None
    (tmp_path / "history.jsonl").write_bytes(encode(tick(1)) + line + encode(tick(3)))
    found = history.read(tmp_path / "history.jsonl")
    assert [row.step for row in found.ticks] == [1, 3]
    assert found.skipped == 1


def test_a_mark_that_is_nested_too_deeply_is_skipped(tmp_path: Path) -> None:
    deep = b'{"mark":"change","step":1,"old":' + b"[" * 5000 + b"]" * 5000 + b"}\n"
    (tmp_path / "history.jsonl").write_bytes(encode(tick(1)) + deep + encode(tick(3)))
    found = read_all(tmp_path / "history.jsonl")
    assert ([row.step for row in found.ticks], found.skipped) == ([1, 3], 1)


@pytest.mark.fuzz
@given(st.data())
def test_a_damaged_history_is_read_as_far_as_it_is_whole(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(data.draw(damaged_bytes(HISTORY)))
    with bounded_memory(5):
        read_all(path)


@pytest.mark.fuzz
@given(st.data())
def test_made_up_lines_of_a_history_are_skipped_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    rows = [json.loads(line) for line in HISTORY.splitlines()]
    index = data.draw(st.integers(0, len(rows) - 1))
    rows[index] = data.draw(damaged_json(rows[index]))
    run = write_run(tmp_path)
    (run.path / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = read_all(run.path / "history.jsonl")
    for row in found.ticks:
        np.array([value if value is not None else np.nan for value in vars(row).values()], np.float64)
    assert all(isinstance(row, Tick) for row in found.ticks)
    assert all(isinstance(row, Measured) for row in found.measures)
    summarize(run)
    ResumePlan.read(run)


@pytest.mark.fuzz
@given(st.data())
def test_a_run_toml_with_any_damage_is_refused_or_read(tmp_path: Path, data: st.DataObject) -> None:
    run = write_run(tmp_path)
    file = tmp_path / "run.toml"
    whole = tomllib.loads(file.read_text()) if file.exists() else tomllib.loads((run.path / "run.toml").read_text())
    if data.draw(st.booleans()):
        content = data.draw(damaged_bytes(tomli_w.dumps(whole).encode()))
    else:
        content = as_toml(data.draw(damaged_json(whole)), "run")
    path = tmp_path / "damaged.toml"
    path.write_bytes(content)
    try:
        with bounded_memory(20):
            config, about = info.read(path)
    except RunError as error:
        said = str(error)
    else:
        said = f"{path} {config} {about}"
    assert str(path) in said or str(path.parent) in said


@pytest.mark.fuzz
@given(st.data())
def test_a_run_with_any_run_toml_hides_no_other(tmp_path: Path, data: st.DataObject) -> None:
    run = write_run(tmp_path)
    other = tmp_path / "other"
    other.mkdir(exist_ok=True)
    (other / "run.toml").write_bytes(data.draw(damaged_bytes((run.path / "run.toml").read_bytes())))
    (other / "label.toml").write_bytes(data.draw(st.binary(max_size=64)))
    assert "run" in [each.name for each in list_runs(tmp_path)]


@pytest.mark.fuzz
@given(st.data())
def test_a_label_with_any_damage_is_refused_or_read(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "label.toml"
    whole = {"title": "mine", "pinned": True, "steps": [1, 2]}
    if data.draw(st.booleans()):
        path.write_bytes(data.draw(damaged_bytes(tomli_w.dumps(whole).encode())))
    else:
        path.write_bytes(as_toml(data.draw(damaged_json(whole)), "title"))
    label = labels.read(tmp_path)
    assert isinstance(label.title, str)
    assert all(isinstance(step, int) for step in label.steps)
    assert "\n" not in labels.display_name(tmp_path)


@pytest.mark.fuzz
@given(st.data())
def test_a_preset_with_any_damage_is_refused_or_read(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "mine.toml"
    whole = {"title": "Mine", "help": "Text.", "optimizer": {"d_lr": 0.1, "batch_size": 8}, "steps": 9}
    if data.draw(st.booleans()):
        path.write_bytes(data.draw(damaged_bytes(tomli_w.dumps(whole).encode())))
    else:
        path.write_bytes(as_toml(data.draw(damaged_json(whole)), "title"))
    for read in (presets.from_file, presets.read):
        try:
            with bounded_memory(20):
                read(path)
        except ConfigError as error:
            said = str(error)
        else:
            said = str(path)
        assert "mine.toml" in said


@pytest.mark.fuzz
@given(st.lists(st.tuples(st.sampled_from([*cfg.SETTINGS, "x.y", "", "network", "preset"]), ODD_VALUES), max_size=4))
def test_any_value_of_any_setting_is_refused_or_taken(pairs: list[tuple[str, object]]) -> None:
    config = cfg.RunConfig()
    for path, value in pairs:
        with contextlib.suppress(ConfigError):
            config = cfg.change(config, path, value)
    assert cfg.from_dict(cfg.to_dict(config)) == config
