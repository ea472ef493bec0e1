"""Settings of how a step executes, and of what is shown and kept."""

from dataclasses import dataclass

from ganstudio.settings import setting

_ARITHMETIC = "A run is computed in the same way from start to end."


@dataclass(frozen=True)
class EngineConfig:
    """How a step executes."""

    device: str = setting(
        "auto",
        "device",
        "auto, cpu, cuda, cuda:1, mps or xpu; auto uses an accelerator if there is one.",
        why_fixed="A run stays on the device it started on; resume it to move it.",
    )
    precision: str = setting(
        "auto",
        "precision",
        "auto measures briefly at the start and takes the fastest that this device supports natively.",
        choices=("auto", "float32", "bfloat16", "float16"),
        why_fixed=_ARITHMETIC,
    )
    threads: int = setting(
        0,
        "threads",
        "Processor threads for training. 0 measures briefly at the start: all cores, or fewer where other programs "
        "keep them busy.",
        low=0,
        high=1024,
        why_fixed=_ARITHMETIC,
    )
    processes: int = setting(
        1,
        "processes",
        "Processes that train together on this computer, each on its share of a batch; one per GPU.",
        low=1,
        high=64,
        why_fixed="All processes of a run start together.",
    )
    graphs: bool = setting(
        True,
        "CUDA graphs",
        "Record an update once and replay it without Python (CUDA only; falls back where that is impossible).",
        why_fixed="It takes effect when a run starts or goes on.",
    )
    data_limit: float = setting(
        4.0,
        "data on device",
        (
            "The pictures are kept on the training device if they need no more than this; otherwise they are "
            "read one batch ahead."
        ),
        unit="GB",
        low=0.0,
        high=1000.0,
        why_fixed="It takes effect when a run starts or goes on.",
    )


@dataclass(frozen=True)
class OutputConfig:
    """What is shown and kept, and how often."""

    tick_seconds: float = setting(
        0.25, "tick", "Time between two points of the curves.", unit="s", low=0.1, high=60.0, live=True
    )
    sample_seconds: float = setting(
        2.0,
        "new grid every",
        "Time between two sample grids, each with a snapshot of the generator.",
        unit="s",
        low=0.1,
        high=3600.0,
        live=True,
    )
    checkpoint_seconds: float = setting(
        60.0,
        "save every",
        "Longest time between two checkpoints, and so the most that a crash can cost. A run saves as often as 1 % of "
        "its time allows, at most every 5 s, and before each change of a setting.",
        unit="s",
        low=1.0,
        high=86_400.0,
        live=True,
    )
    report_epochs: int = setting(
        10,
        "report every",
        "Epochs between two reports: D's accuracy, and a picture that is kept for the results sheet, results.png.",
        unit="epochs",
        low=1,
        high=10_000,
        live=True,
    )
    grid: int = setting(
        8,
        "grid",
        "Pictures along a side of the sample grid.",
        low=1,
        high=16,
        why_fixed="Every grid of a run is made from the same noise.",
    )
    keep_snapshots: int = setting(
        200, "snapshots kept", "Snapshots on the time slider; older ones thin out.", low=10, high=10_000, live=True
    )
    keep_checkpoints: int = setting(
        12,
        "rewind points",
        "Older checkpoints to go back to, fewer the older they are. The first, the newest three, the best and those "
        "you pinned are kept as well.",
        low=0,
        high=1000,
        live=True,
    )
    disk_limit: float = setting(
        1000.0,
        "disk limit",
        "Snapshots and checkpoints of a run thin out further to stay under this limit; the first checkpoint, the "
        "newest three, the best and those you pinned are always kept.",
        unit="MB",
        low=10.0,
        high=10_000_000.0,
        live=True,
    )


@dataclass(frozen=True)
class MeasureConfig:
    """How often the pictures are measured while a run trains, and on how many."""

    every: int = setting(
        1,
        "measure every",
        "Epochs between two measurements of the pictures: distance to real ones, precision, recall. 0: never.",
        unit="epochs",
        low=0,
        high=10_000,
        live=True,
    )
    count: int = setting(
        2000,
        "measured pictures",
        "Pictures made for each measurement; more give steadier figures and take longer. Figures from different "
        "numbers of pictures cannot be compared.",
        low=100,
        high=50_000,
        live=True,
    )
    share: float = setting(
        0.04,
        "measuring time",
        "Largest share of the training time that measuring may take; the next measurement waits accordingly.",
        low=0.001,
        high=1.0,
        live=True,
    )
