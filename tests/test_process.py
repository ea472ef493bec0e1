import platform
import subprocess
import sys

import pytest

MEBIBYTES = 30  # of a tensor: more than anything before it, less than the most that older versions of glibc keep

RESIDENT = f"""
import resource, sys, torch
from ganstudio import process

def resident():  # MiB
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20

if sys.argv[1] == "keep":
    process.keep_freed_memory()
torch.ones(1)
before = resident()
tensor = torch.ones({MEBIBYTES} << 20, dtype=torch.uint8)
print(resident() - before)
del tensor
print(resident() - before)
process.release_free_memory()
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such switch")
def test_freed_memory_is_kept_for_the_next_tensor_until_it_is_given_back() -> None:
    kept, as_it_is = (
        [float(line) for line in subprocess.check_output([sys.executable, "-c", RESIDENT, way], text=True).split()]
        for way in ("keep", "as it is")
    )
    most, hardly_any = 0.9 * MEBIBYTES, 0.1 * MEBIBYTES
    assert kept[0] > most
    assert kept[1] > most
    assert kept[2] < hardly_any
    assert as_it_is[0] > most
    assert as_it_is[1] < hardly_any


IN_A_THREAD = f"""
import resource, sys, threading
from ganstudio import process

def resident():  # MiB
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20

def work():
    before = resident()
    parts = [bytearray({MEBIBYTES} << 20) for _ in range(4)]
    del parts
    print(resident() - before)

if sys.argv[1] == "one":
    process.use_one_heap()
process.keep_freed_memory()
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such switch")
def test_another_thread_keeps_freed_memory_too_where_all_share_one_heap() -> None:
    shared, own = (
        float(subprocess.check_output([sys.executable, "-c", IN_A_THREAD, way], text=True)) for way in ("one", "own")
    )
    assert shared > 0.9 * 4 * MEBIBYTES
    assert own < 0.6 * 4 * MEBIBYTES
