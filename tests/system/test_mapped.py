"""What was read of mapped files is handed back."""

import sys
from pathlib import Path

import numpy as np
import pytest

from ganstudio.system import mapped


def resident_of_files() -> int:
    """Return the kB of mapped files that are in memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssFile:"))


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_what_was_read_of_a_mapped_file_no_longer_counts_as_memory_and_can_be_read_again(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full((32, 1 << 20), 7, np.uint8))
    array = np.asarray(np.load(tmp_path / "a.npy", mmap_mode="r"))[:, :-1]
    before = resident_of_files()
    assert int(array.max()) == 7
    assert resident_of_files() > before + 20_000
    mapped.release(array)
    assert resident_of_files() < before + 8_000
    assert int(array.min()) == 7


def test_arrays_in_memory_and_maps_that_may_be_written_stay_as_they_are(tmp_path: Path) -> None:
    own = np.arange(9)
    own.flags.writeable = False
    mapped.release(own)
    np.save(tmp_path / "a.npy", np.zeros(9, np.uint8))
    private = np.load(tmp_path / "a.npy", mmap_mode="c")
    private[:] = 3
    mapped.release(private)
    assert private.tolist() == [3] * 9
