import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys, torch
from ganstudio.training import allocator
torch.set_num_threads(1)
if sys.argv[1] == "keep":
    allocator.keep_freed_memory()
x = torch.zeros(24 << 20, dtype=torch.uint8)
def work():
    for _ in range(8):
        held = [x + 1 for _ in range(5)]  # together more than glibc leaves free by itself
        del held
for _ in range(3):  # until the heap has the room
    work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such switch")
def test_freed_memory_is_used_again_without_page_faults() -> None:
    faults = [
        int(subprocess.run([sys.executable, "-c", FAULTS, way], capture_output=True, text=True, check=True).stdout)
        for way in ("keep", "as it is")
    ]
    assert faults[0] < faults[1] / 2
