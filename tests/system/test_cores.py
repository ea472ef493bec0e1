"""Cores that a process may use, on machines that are made of files as Linux has them."""

import os
from pathlib import Path

import pytest

from ganstudio.system import cores


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Root of a machine of 64 processors, without hyper-threads and quotas."""
    monkeypatch.setattr(cores, "ROOT", tmp_path)
    monkeypatch.setattr(cores, "SYSTEM", "linux")
    allow(monkeypatch, 64)
    monkeypatch.setenv("OMP_NUM_THREADS", "")
    return tmp_path


def allow(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(count)), raising=False)


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")


V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
V1 = "31 24 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct"


def test_processors_that_the_process_may_run_on(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cores.usable_cores() == 64
    allow(monkeypatch, 2)
    assert cores.usable_cores() == 2


def test_a_system_without_affinity(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores.usable_cores() == 1


@pytest.mark.parametrize(
    ("groups", "files", "expected"),
    [
        ("0::/", {"sys/fs/cgroup/cpu.max": "200000 100000"}, 2),  # a container with a name space of its own
        ("0::/", {"sys/fs/cgroup/cpu.max": "max 100000"}, 64),
        ("0::/", {"sys/fs/cgroup/cpu.max": "150000 100000"}, 2),
        ("0::/", {"sys/fs/cgroup/cpu.max": "120000 100000"}, 1),
        ("0::/", {"sys/fs/cgroup/cpu.max": "10000 100000"}, 1),
        ("0::/", {"sys/fs/cgroup/cpu.max": "nonsense"}, 64),
        # the narrowest of the groups around counts
        ("0::/a/b", {"sys/fs/cgroup/a/b/cpu.max": "800000 100000", "sys/fs/cgroup/a/cpu.max": "300000 100000"}, 3),
        ("0::/a/b", {"sys/fs/cgroup/a/b/cpu.max": "max 100000", "sys/fs/cgroup/a/cpu.max": "max 100000"}, 64),
        # no name space, and only the container's own group is mounted
        ("0::/docker/1f", {"sys/fs/cgroup/cpu.max": "400000 100000"}, 4),
        ("", {}, 64),
    ],
)
def test_quotas_of_version_2(machine: Path, groups: str, files: dict[str, str], expected: int) -> None:
    put(machine, {"proc/self/mountinfo": V2, "proc/self/cgroup": groups} | files)
    assert cores.usable_cores() == expected


@pytest.mark.parametrize(("mounted", "own"), [("/", "user/1"), ("/user/1", "")])
def test_quotas_of_version_1(machine: Path, mounted: str, own: str) -> None:
    place = f"sys/fs/cgroup/cpu,cpuacct/{own}"
    about = {"proc/self/mountinfo": V1.replace("0:27 / ", f"0:27 {mounted} "), "proc/self/cgroup": GROUPS_V1}
    put(machine, about | {f"{place}/cpu.cfs_quota_us": "200000", f"{place}/cpu.cfs_period_us": "100000"})
    assert cores.usable_cores() == 2
    put(machine, {f"{place}/cpu.cfs_quota_us": "-1"})
    assert cores.usable_cores() == 64


GROUPS_V1 = "5:memory:/other\n4:cpu,cpuacct:/user/1\n0::/"


def test_a_quota_of_memory_is_none_of_processors(machine: Path) -> None:
    mount = V1.replace("cpu,cpuacct", "memory")
    put(machine, {"proc/self/mountinfo": mount, "proc/self/cgroup": "4:memory:/"})
    put(machine, {"sys/fs/cgroup/memory/cpu.cfs_quota_us": "100", "sys/fs/cgroup/memory/cpu.cfs_period_us": "100"})
    assert cores.usable_cores() == 64


@pytest.mark.parametrize("name", ["core_cpus_list", "thread_siblings_list"])  # newer and older kernels
def test_hyper_threads_of_a_core_count_as_one(machine: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    allow(monkeypatch, 8)
    for number in range(8):
        put(machine, {f"sys/devices/system/cpu/cpu{number}/topology/{name}": f"{number % 4},{number % 4 + 4}"})
    assert cores.usable_cores() == 4
    allow(monkeypatch, 6)
    assert cores.usable_cores() == 4
    assert cores.fast_cores() == 4


def test_fewer_threads_where_the_environment_says_so(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, expected in {"3": 3, "3,2": 3, "100": 64, "0": 64, "many": 64, "": 64}.items():
        monkeypatch.setenv("OMP_NUM_THREADS", text)
        assert cores.max_threads() == expected
    assert cores.usable_cores() == 64


def test_pytorch_begins_with_as_many_threads_as_a_quota_allows(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cores._set_here, "value", "")
    cores.set_default()
    assert os.environ["OMP_NUM_THREADS"] == ""  # it counts right by itself
    put(machine, {"proc/self/mountinfo": V2, "proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "200000 100000"})
    cores.set_default()
    assert os.environ["OMP_NUM_THREADS"] == "2"
    put(machine, {"sys/fs/cgroup/cpu.max": "800000 100000"})
    assert cores.max_threads() == 8  # that was no wish of the user
    assert cores.is_default()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    cores.set_default()
    assert cores.max_threads() == 1
    assert not cores.is_default()


def test_large_and_small_cores(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, 8)
    assert cores.fast_cores() == 8
    for number in range(8):  # as ARM has it
        put(machine, {f"sys/devices/system/cpu/cpu{number}/cpu_capacity": "1024" if number >= 6 else "400"})
    assert cores.fast_cores() == 2
    put(machine, {"sys/devices/cpu_core/cpus": "0-3"})  # as Intel has it
    assert cores.fast_cores() == 4


def test_lists_of_processors() -> None:
    assert cores.parse_list("0-3,8") == {0, 1, 2, 3, 8}
    assert cores.parse_list("") == cores.parse_list("x-3") == frozenset()


def test_a_sandbox_that_does_not_tell_of_affinity(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_getaffinity", refuse, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert cores.usable_cores() == 3
