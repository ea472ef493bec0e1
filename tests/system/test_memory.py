"""Memory that is left, within the limits of containers."""

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from ganstudio.system import cores, memory

V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"


@pytest.mark.parametrize(
    ("mounts", "groups", "files", "expected"),
    [
        (V2, "0::/a", {"a/memory.max": "1000", "a/memory.current": "700", "a/memory.stat": "inactive_file 50"}, 350),
        (V2, "0::/a", {"a/memory.max": "max", "a/memory.current": "700"}, 5000),
        (V2, "0::/a/b", {"a/memory.max": "900", "a/memory.current": "100", "a/b/memory.max": "max"}, 800),
        (V2, "0::/a", {"a/memory.max": "1000", "a/memory.current": "1700"}, 0),
        (V1, "4:memory:/", {"memory/memory.limit_in_bytes": "600", "memory/memory.usage_in_bytes": "500"}, 100),
        (V1, "4:cpu:/", {"memory/memory.limit_in_bytes": "600", "memory/memory.usage_in_bytes": "500"}, 5000),
        ("", "", {}, 5000),
    ],
)
def test_the_narrowest_limit_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounts: str, groups: str, files: dict[str, str], expected: int
) -> None:
    monkeypatch.setattr(cores, "ROOT", tmp_path)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=5000))
    about = {"proc/self/mountinfo": mounts, "proc/self/cgroup": groups}
    for name, text in about.items() | {(f"sys/fs/cgroup/{name}", text) for name, text in files.items()}:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert memory.available_bytes() == expected
