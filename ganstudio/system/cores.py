"""Processor cores that this program may really use: affinity, hyper-threads, quotas of containers.

A container of two processors on a computer of 64 has two: more threads than that wait for each other, and training is
many times slower without an error.
"""

import contextlib
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Set
from pathlib import Path

ROOT = Path("/")  # of proc and sys
SYSTEM = sys.platform
VARIABLE = "OMP_NUM_THREADS"  # how many threads PyTorch begins with

_set_here = {"value": ""}  # what `set_default` has put there


def usable_cores() -> int:
    """Return the number of physical cores that the calling thread may use, at least 1.

    Of hyper-threads of one core one counts: a second gives matrix products nothing. A quota on processor time, as
    `docker run --cpus` sets it, counts to the nearest whole core.
    """
    quota = processor_quota()
    allowed = math.inf if quota is None else max(1, math.floor(quota + 0.5))
    return int(min(physical_cores(usable_processors()), allowed))


def max_threads() -> int:
    """Return how many threads to compute with at most: a core each, or fewer if the user's OMP_NUM_THREADS says so."""
    wanted = "" if is_default() else os.environ.get(VARIABLE, "").split(",")[0].strip()
    return min(usable_cores(), int(wanted)) if wanted.isdecimal() and int(wanted) else usable_cores()


def set_default() -> None:
    """Let PyTorch begin with a thread for each usable core, where it would count more; to call before it is imported.

    It knows nothing of quotas, so that in a container of two processors on a computer of 64 it takes 64 threads.
    """
    if not os.environ.get(VARIABLE) and usable_cores() < len(usable_processors()):
        os.environ[VARIABLE] = _set_here["value"] = str(usable_cores())


def is_default() -> bool:
    """Return whether the number of threads in the environment is not the user's: none, or that of `set_default`."""
    return os.environ.get(VARIABLE, "") in ("", _set_here["value"])


def usable_processors() -> frozenset[int]:
    """Return the numbers of the logical processors that the main thread may run on; hyper-threads count apart.

    Threads that train may be kept off one of them for a moment; see `thread_cores.keep_off`.
    """
    with contextlib.suppress(AttributeError, OSError):  # not Linux; or a sandbox does not tell
        return frozenset(os.sched_getaffinity(os.getpid()))
    return frozenset(range(os.cpu_count() or 1))


def physical_cores(processors: Set[int]) -> int:
    """Return the number of cores that these logical processors are threads of, at least 1."""
    if not SYSTEM.startswith("linux"):
        import psutil  # slow to import, and the window starts with this module

        return max(1, min(psutil.cpu_count(logical=False) or len(processors), len(processors)))
    return max(1, len({_siblings(number) or frozenset({number}) for number in processors}))


def fast_cores() -> int:
    """Return how many of the usable cores are of the fastest kind; `usable_cores` where all are alike or unknown.

    A step waits for its slowest thread, so that all cores of a processor with large and small ones can be slower than
    the large ones alone.
    """
    cores = usable_cores()
    return min(cores, _apple_fast_cores() or physical_cores(_fast_processors() & usable_processors()) or cores)


def _fast_processors() -> frozenset[int]:
    """Return the processors of the fastest kind as Linux lists them: Intel's by kind, ARM's by capacity."""
    intel = read_text(ROOT / "sys/devices/cpu_core/cpus")
    if intel:
        return parse_list(intel)
    capacities = {number: read_text(_cpu_folder(number) / "cpu_capacity") for number in usable_processors()}
    known = {number: int(text) for number, text in capacities.items() if text.isdecimal()}
    return frozenset(number for number, capacity in known.items() if capacity >= 0.8 * max(known.values())) or (
        usable_processors()
    )


def _apple_fast_cores() -> int:
    if SYSTEM != "darwin":
        return 0
    command = ["/usr/sbin/sysctl", "-n", "hw.perflevel0.physicalcpu"]
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=5).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return 0
    return int(text) if text.isdecimal() else 0


def _siblings(number: int) -> frozenset[int]:
    topology = _cpu_folder(number) / "topology"
    return parse_list(read_text(topology / "core_cpus_list") or read_text(topology / "thread_siblings_list"))


def _cpu_folder(number: int) -> Path:
    return ROOT / f"sys/devices/system/cpu/cpu{number}"


def parse_list(text: str) -> frozenset[int]:
    """Return the numbers of a list as Linux writes it: "0-3,8"; empty if it is none."""
    numbers: set[int] = set()
    for part in filter(None, text.strip().split(",")):
        first, _, last = part.partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()):
            return frozenset()
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)


def read_text(path: Path) -> str:
    """Return what is in a file of the system; "" if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


# ---- quotas of control groups -----------------------------------------------------------------------------------


def processor_quota() -> float | None:
    """Return the processors' worth of time that this process may use, 0.5 for half a processor; None: all of it.

    Linux limits groups of processes; the narrowest group on the way up counts. Both versions of control groups are
    read.
    """
    quotas = [quota for folder in group_folders("cpu") if (quota := _quota_of(folder)) is not None]
    return min(quotas, default=None)


def _quota_of(folder: Path) -> float | None:
    """Return the quota of one group: of version 2 "200000 100000" or "max 100000", of version 1 two files."""
    both = read_text(folder / "cpu.max").split()
    both = both or [read_text(folder / "cpu.cfs_quota_us"), read_text(folder / "cpu.cfs_period_us")]
    try:
        quota, period = map(float, both)
    except ValueError:  # "max", or no such file
        return None
    return quota / period if quota > 0 and period > 0 else None


def group_folders(controller: str) -> Iterator[Path]:
    """Yield the folders of this process's groups and of the groups around them, where there are any.

    Parameters
    ----------
    controller
        What they limit: "cpu" or "memory". In version 2 a group limits all.
    """
    mounts = list(_group_mounts(controller))
    for line in read_text(ROOT / "proc/self/cgroup").splitlines():
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        for kind, root, place in mounts:
            if kind == (controller if controller in controllers.split(",") else controllers):
                # In a container the path can be the host's, of which only the part below the mount is there.
                inner = path[len(root) :] if root != "/" and f"{path}/".startswith(f"{root}/") else path
                folder = place / inner.strip("/")
                yield from (folder, *(above for above in folder.parents if above.is_relative_to(place)))


def _group_mounts(controller: str) -> Iterator[tuple[str, str, Path]]:
    """Yield where groups are mounted: "" (version 2) or the controller, the group on top there, and the folder."""
    for line in read_text(ROOT / "proc/self/mountinfo").splitlines():
        words, _, rest = line.partition(" - ")
        fields, about = words.split(" "), rest.split(" ")
        if len(fields) < 5 or about[0] not in ("cgroup", "cgroup2"):
            continue
        if about[0] == "cgroup2" or controller in about[-1].split(","):
            yield ("" if about[0] == "cgroup2" else controller), fields[3], ROOT / fields[4].lstrip("/")
