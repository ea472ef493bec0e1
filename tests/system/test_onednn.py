"""Functions that oneDNN compiles are kept in limits."""

import os
import subprocess
import sys

import pytest

from ganstudio.system import onednn

CONVOLUTIONS = """
import sys
from ganstudio.system import onednn
if sys.argv[1] == "limited":
    onednn.limit_cache()
import torch
from torch.nn.functional import conv2d
torch.set_num_threads(1)
weight = torch.ones(2, 1, 5, 5)
def convolve(size):
    with torch.no_grad():
        conv2d(torch.ones(1, 1, 8, size), weight)
for size in (8, *range(9, 509), 8):
    print("size", size, flush=True)
    convolve(size)
print("end", flush=True)
"""


@pytest.mark.parametrize(("way", "is_kept"), [("limited", False), ("as it is", True)])
def test_what_was_compiled_for_shapes_of_long_ago_is_forgotten(way: str, is_kept: bool, monkeypatch) -> None:
    monkeypatch.delenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", raising=False)
    monkeypatch.setenv("ONEDNN_VERBOSE", "profile_create")
    told = subprocess.check_output([sys.executable, "-c", CONVOLUTIONS, way], text=True)
    if "onednn_verbose" not in told:
        pytest.skip("PyTorch computes convolutions without oneDNN here")
    _, first, last = told.split("size 8\n")
    assert "cache_miss" in first
    assert ("cache_miss" not in last) == is_kept


def test_the_user_may_say_how_many(monkeypatch) -> None:
    monkeypatch.setenv(onednn.VARIABLE, "7")
    onednn.limit_cache()
    assert os.environ[onednn.VARIABLE] == "7"
