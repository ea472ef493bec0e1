"""Two processes, really started, come to what one does with the same batches."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import support
from ganstudio.errors import ConfigError
from ganstudio.events import Finished
from ganstudio.training.distributed.process_group import ProcessGroup
from ganstudio.training.distributed.world import World
from ganstudio.training.state import Diverged
from ganstudio.training.trainer import Trainer
from support import many_processes

TOLERANCE = {"rtol": 1e-3, "atol": 2e-5}  # of weights that Adam moved by some 1e-3 in all


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where two processes left what they came to."""
    out = tmp_path_factory.mktemp("two")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*launcher, many_processes.__file__, str(out)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env=support.environment(),
    )
    assert done.returncode == 0, done.stderr
    return out


def test_batch_norm_is_over_all_rows(outcome: Path) -> None:
    parts = [torch.load(outcome / f"normalised-{rank}.pt") for rank in range(2)]
    whole = many_processes.normalised(World())
    assert list(parts[0]) == list(whole)
    for name, each in whole.items():
        together = torch.cat([part[name] for part in parts]) if each.dim() == 4 else parts[0][name]
        torch.testing.assert_close(together, each, rtol=1e-4, atol=1e-5, msg=lambda text, name=name: f"{name}: {text}")


@pytest.mark.parametrize("case", many_processes.CASES)
def test_two_processes_come_to_the_weights_of_one(outcome: Path, case: str) -> None:
    one, other = (torch.load(outcome / f"{case}-{rank}.pt") for rank in range(2))
    assert [name for name in one if not torch.equal(one[name], other[name])] == []
    alone, at_first = (
        many_processes.trained(case, World(), rounds).state().tensors for rounds in (many_processes.ROUNDS, 0)
    )
    assert one.keys() == alone.keys()
    for name, each in alone.items():
        torch.testing.assert_close(one[name], each, **TOLERANCE, msg=lambda text, name=name: f"{name}: {text}")
    moved = max(float((each - at_first[name]).abs().max()) for name, each in alone.items() if name.startswith("G."))
    assert moved > 50 * TOLERANCE["atol"]


class Leaving(World):
    """Of two processes the other one wishes to leave, and its clock is ahead."""

    def sync_clock(self, seconds: float, leave: bool) -> tuple[float, bool]:
        return seconds + 100.0, True


def test_all_leave_when_one_wishes_and_go_by_one_clock() -> None:
    trainer = Trainer(many_processes.config("mlp"), many_processes.dataset(), world=Leaving())
    told = list(trainer.train())
    assert told[-1] == Finished(1, "stopped")
    assert trainer.state().meta["seconds"] > 100.0


def test_weights_that_are_not_finite_are_not_saved_though_this_process_saw_no_such_loss() -> None:
    trainer = many_processes.trained("mlp", World(), rounds=1)
    with torch.no_grad():
        next(trainer.D.parameters())[0, 0] = torch.nan
    with pytest.raises(Diverged):
        trainer.state()


def test_each_process_has_its_share_of_the_cores_and_its_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    together = ProcessGroup.__new__(ProcessGroup)  # without the others
    together.rank, together.size, together._local_rank, together._local_size = 3, 4, 1, 2
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    assert together.cores == 4
    assert together.local_device(torch.device("cpu")) == torch.device("cpu")
    chosen: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert together.local_device(torch.device("cuda", 0)) == torch.device("cuda", 1) == chosen[0]
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ConfigError, match="2 processes need a GPU each, and this machine has 1 GPU"):
        together.local_device(torch.device("cuda", 0))
    with pytest.raises(ConfigError, match="not on mps"):
        together.local_device(torch.device("mps"))
