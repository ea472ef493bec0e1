"""ganstudio explain, as a user types it."""

import json
from pathlib import Path

import pytest

from ganstudio import cli
from ganstudio import config as cfg
from ganstudio.config import RunConfig
from ganstudio.events import EndReason, Failed, Finished, Samples
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.history_rows import Row
from support import runs
from support.coach import change, measured

MINIMAX = cfg.change(RunConfig(), "objective.loss", "minimax")
WON = [runs.tick(step, d_fake=0.01, d_acc=0.99, epoch=step / 400) for step in range(20, 1001, 20)]


def make(path: Path, rows: list[Row], config: RunConfig = MINIMAX) -> RunFolder:
    run = RunFolder.create(path, config, RunInfo.now(config))
    history.write(run.path / "history.jsonl", rows)
    return run


def typed(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_a_finding_is_told_with_its_numbers_and_what_to_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make(tmp_path / "my run", WON)
    code, out, err = typed(capsys, "explain", run.path)
    assert (code, err) == (0, "")
    assert "my run: 1,000 steps, 1 finding." in out
    assert "D has won, G hears nothing (C1), since step 300, found at 6" in out
    assert "D(G(z)) 0.010, below 0.050" in out
    assert f"ganstudio branch '{run.path}' --objective.loss non-saturating" in out
    assert "has not been measured" in out


def test_json_has_the_same_and_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make(tmp_path / "run", WON)
    code, out, _ = typed(capsys, "explain", run.path, "--json")
    found = json.loads(out)
    assert (code, found["run"], found["steps"]) == (0, "run", 1000)
    [finding] = found["findings"]
    assert (finding["id"], finding["severity"], finding["began"], finding["cleared"]) == ("C1", "amber", 300, None)
    assert finding["figures"][0] == {"name": "D(G(z))", "value": pytest.approx(0.01), "threshold": 0.05, "below": True}
    assert finding["remedies"][0]["changes"] == {"objective.loss": "non-saturating"}
    assert finding["remedies"][0]["command"].endswith("--objective.loss non-saturating")


def test_the_command_of_each_remedy_can_be_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make(tmp_path / "run", WON)
    for remedy in json.loads(typed(capsys, "explain", run.path, "--json")[1])["findings"][0]["remedies"]:
        arguments = cli.parse(remedy["command"].split()[1:])
        assert arguments.settings.keys() == remedy["changes"].keys()


def test_what_is_over_says_what_ended_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = [runs.tick(step, d_fake=0.4, epoch=step / 400) for step in range(1020, 1401, 20)]
    mark = change(1000, "optimizer.d_lr", 2e-4, 5e-5)
    _, out, _ = typed(capsys, "explain", make(tmp_path / "run", [*WON, mark, *later]).path)
    assert "0 findings, 1 over" in out
    assert "over at 1,160, after learning rate of D" in " ".join(out.split())
    assert "ganstudio branch" not in out


def test_a_healthy_run_and_a_new_one_are_left_in_peace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calm = [runs.tick(step, epoch=step / 400) for step in range(20, 1001, 20)]
    calm.append(measured(900, fcd=3.0, precision=0.9, recall=0.9, density=1.0, coverage=0.9))
    end = history.end_mark(Finished(1000, EndReason.DONE), 1000)
    code, out, _ = typed(capsys, "explain", make(tmp_path / "calm", [*calm, end]).path)
    assert (code, out) == (0, "calm: 1,000 steps, nothing found.\n")
    _, out, _ = typed(capsys, "explain", make(tmp_path / "new", []).path)
    assert "new: 0 steps, nothing found." in out
    assert "only after 300 steps" in out


def test_a_failed_run_says_with_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = history.end_mark(Failed("The loss of D is not a number.\x1b[31m"), 1000)
    code, out, _ = typed(capsys, "explain", make(tmp_path / "run", [*WON, failed]).path)
    assert code == 0
    assert "It failed: The loss of D is not a number." in out
    assert "\x1b" not in out


def test_damaged_lines_and_grids_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make(tmp_path / "run", WON)
    with (run.path / "history.jsonl").open("ab") as file:
        file.write(
            b'{"step":1020,"d_fake"\n\xff\xfe\n{"mark":"change","step":990,"path":"gone.away","old":1,"new":[2]}\n'
        )
    (run.path / "samples" / "00000010.png").write_bytes(b"no picture")
    code, out, _ = typed(capsys, "explain", run.path)
    assert code == 0
    assert "(C1)" in out


def test_grids_that_stand_still_are_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import numpy as np

    pictures = np.random.default_rng(0).integers(0, 255, (4, 28, 28), dtype=np.uint8)
    calm = [runs.tick(step, epoch=step / 400) for step in range(20, 2001, 20)]
    calm.insert(20, measured(400, fcd=900.0, precision=0.1, recall=0.0, density=0.0, coverage=0.0))
    run = make(tmp_path / "run", calm)
    for step in range(400, 2000, 200):
        run.save_samples(Samples(step, 1.0, pictures))
    _, out, _ = typed(capsys, "explain", run.path)
    assert "G is asleep (C9), since step 400, found at 1,000" in out


def test_what_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = typed(capsys, "explain", tmp_path)
    assert (code, out) == (2, "")
    assert "not a run folder" in err
    run = make(tmp_path / "run", [])
    (run.path / "history.jsonl").unlink()
    (run.path / "history.jsonl").mkdir()
    code, out, err = typed(capsys, "explain", run.path)
    assert (code, out) == (2, "")
    assert "history.jsonl cannot be read" in err
