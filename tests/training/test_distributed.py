"""Two processes, really started, come to what one does with the same batches."""

import os
import subprocess
import sys
from pathlib import Path

import many
import pytest
import torch

from ganstudio.training.world import World

TOLERANCE = {"rtol": 1e-3, "atol": 2e-5}  # of weights that Adam moved by some 1e-3 in all


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where two processes left what they came to."""
    out = tmp_path_factory.mktemp("two")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*launcher, many.__file__, str(out)], capture_output=True, text=True, timeout=100, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return out


def test_batch_norm_is_over_all_rows(outcome: Path) -> None:
    parts = [torch.load(outcome / f"normalised-{rank}.pt") for rank in range(2)]
    whole = many.normalised(World())
    assert list(parts[0]) == list(whole)
    for name, each in whole.items():
        together = torch.cat([part[name] for part in parts]) if each.dim() == 4 else parts[0][name]
        torch.testing.assert_close(together, each, rtol=1e-4, atol=1e-5, msg=lambda text, name=name: f"{name}: {text}")


@pytest.mark.parametrize("case", many.CASES)
def test_two_processes_come_to_the_weights_of_one(outcome: Path, case: str) -> None:
    one, other = (torch.load(outcome / f"{case}-{rank}.pt") for rank in range(2))
    assert [name for name in one if not torch.equal(one[name], other[name])] == []
    alone, at_first = (many.trained(case, World(), rounds).state().tensors for rounds in (many.ROUNDS, 0))
    assert one.keys() == alone.keys()
    for name, each in alone.items():
        torch.testing.assert_close(one[name], each, **TOLERANCE, msg=lambda text, name=name: f"{name}: {text}")
    moved = max(float((each - at_first[name]).abs().max()) for name, each in alone.items() if name.startswith("G."))
    assert moved > 50 * TOLERANCE["atol"]
