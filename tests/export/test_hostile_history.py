"""Charts and tables of a history that was damaged or made up."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio import config as cfg
from ganstudio.errors import InputError
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.runs.folder import RunFolder, RunInfo
from support.runs import tick

_WILD = [0, 0.0, -1.0, 1e-320, 1e308, -1e308, 1e15, 0.5, None]
_COLUMNS = ["epoch", "seconds", "step", "images", "d_loss", "g_loss", "d_real", "d_acc", "value", "images_per_second"]


@pytest.mark.fuzz
@given(
    st.lists(st.dictionaries(st.sampled_from(_COLUMNS), st.sampled_from(_WILD), max_size=4), min_size=1, max_size=4),
    st.sampled_from(["svg", "csv", "csv", "png"]),
)
def test_figures_of_any_size_are_drawn_or_left_out(tmp_path: Path, rows: list[dict[str, object]], suffix: str) -> None:
    path = tmp_path / "run"
    config = cfg.RunConfig()
    run = RunFolder(path, config, RunInfo.now(config))
    if not path.exists():
        run = RunFolder.create(path, config, RunInfo.now(config))
    lines = [json.dumps(vars(tick(step + 1)) | row) for step, row in enumerate(rows)]
    (path / "history.jsonl").write_text("\n".join(lines) + "\n")
    content = None if suffix == "csv" else Content.CURVES
    with contextlib.suppress(InputError):  # nothing to draw
        FORMATS[suffix].write(Job(run.path, tmp_path / f"chart.{suffix}", content=content))
