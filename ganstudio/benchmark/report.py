"""Report of a benchmark, as a table and as JSON."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ganstudio import config as cfg
from ganstudio import presets

SCHEMA = 1  # of the JSON


@dataclass(frozen=True)
class Round:
    """Pictures per second of GAN Studio and of the plain loop, measured one after the other."""

    ours: float
    plain: float

    @property
    def ratio(self) -> float:
        """How many times faster GAN Studio is."""
        return self.ours / self.plain


@dataclass(frozen=True)
class Phase:
    """Part of a round, timed by waiting for the device before and after it."""

    name: str
    seconds: float  # per round


@dataclass(frozen=True)
class Report:
    """Everything that was measured, and where."""

    date: str  # ISO date and time
    settings: dict[str, Any]  # the whole configuration, nothing in it "auto"
    device: str
    hardware: str
    versions: dict[str, str]
    measured: str  # how precision and threads were chosen, "" if they were given
    rounds: list[Round]
    images_per_round: int  # real pictures that D sees in a round of the game
    flops_per_round: float  # of matrix products and convolutions: two for a multiplication and its addition
    peak_flops: float  # per second, of the fastest square matrix product
    phases: list[Phase]  # in the order of the game
    timed_round: float  # seconds of a round in the pass with phases, all told
    memory: int  # bytes, at the peak: of our process, or allocated on the accelerator
    schema: int = field(default=SCHEMA, init=False)

    @property
    def config(self) -> cfg.RunConfig:
        """What was benchmarked."""
        return cfg.from_dict(self.settings)

    @property
    def images_per_second(self) -> float:
        """Median of GAN Studio's rounds."""
        return statistics.median(one.ours for one in self.rounds)

    @property
    def plain_images_per_second(self) -> float:
        """Median of the plain loop's rounds."""
        return statistics.median(one.plain for one in self.rounds)

    @property
    def ratio(self) -> float:
        """Median of the rounds' ratios: both of a round saw the same machine."""
        return statistics.median(one.ratio for one in self.rounds)

    @property
    def peak_share(self) -> float:
        """Fraction of the peak at which GAN Studio computes, 0..1."""
        return self.flops_per_round / self.images_per_round * self.images_per_second / self.peak_flops

    @property
    def label(self) -> str:
        """The preset, with the settings that were changed: "mnist-dcgan (network.width 32)"."""
        config = self.config
        name = config.preset or config.network.name
        base = presets.load(config.preset).config if config.preset in presets.names() else cfg.RunConfig()
        changed = [
            f"{path} {str(new).lower() if isinstance(new, bool) else new}"
            for path, _, new in cfg.differences(base, config)
            if cfg.SETTINGS[path].benchmarked
        ]
        return f"{name} ({', '.join(changed)})" if changed else name


def to_json(report: Report) -> str:
    """Return the report and the figures that follow from it as JSON, for programs."""
    derived = {
        "images_per_second": report.images_per_second,
        "plain_images_per_second": report.plain_images_per_second,
        "ratio": report.ratio,
        "peak_share": report.peak_share,
        "label": report.label,
    }
    values = asdict(report) | derived
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def to_text(report: Report) -> str:
    """Return the report as a text with aligned columns."""
    engine = report.config.engine
    threads = f", {count(engine.threads, 'thread')}" if report.device == "cpu" else ""
    heading = [
        f"{report.label} on {report.device} ({report.hardware}, {engine.precision}{threads}), {report.date}",
        *([report.measured] if report.measured else []),
    ]
    flops, speed = report.flops_per_round, report.peak_share * report.peak_flops
    rows = [
        ("GAN Studio", f"{report.images_per_second:,.0f} pictures/s"),
        ("plain loop", f"{report.plain_images_per_second:,.0f} pictures/s"),
        ("ratio", f"{report.ratio:.2f}, median of {_ratios(report.rounds)}"),
        ("work of a round", f"{_flop(flops)} for {report.images_per_round:,} real pictures"),
        (
            "arithmetic",
            f"{_flop(speed)}/s, {report.peak_share:.0%} of the {_flop(report.peak_flops)}/s of matrix products",
        ),
        ("memory", f"{report.memory / 1e6:,.0f} MB at the peak"),
    ]
    return "\n".join([*heading, "", *_aligned(rows), "", *_phases(report)])


def _phases(report: Report) -> list[str]:
    phases = [(phase.name, phase.seconds) for phase in report.phases]
    phases.append(("rest", max(0.0, report.timed_round - sum(seconds for _, seconds in phases))))
    rows = [(name, f"{1000 * seconds:8.2f} ms  {seconds / report.timed_round:4.0%}") for name, seconds in phases]
    title = f"A round, {1000 * report.timed_round:.1f} ms when each part is waited for:"
    return [title, *(f"  {line}" for line in _aligned(rows))]


def _aligned(rows: Sequence[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [f"{name:{width}}  {text}" for name, text in rows]


def _ratios(rounds: list[Round]) -> str:
    return ", ".join(f"{one.ratio:.2f}" for one in rounds)


def count(number: int, thing: str) -> str:
    """Return a number of things as text: "1 thread", "2 threads"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _flop(number: float) -> str:
    """Return floating point operations with a prefix: "12.3 GFLOP"."""
    for prefix in ("", "k", "M", "G", "T"):
        if number < 1000:
            return f"{number:.3g} {prefix}FLOP"
        number /= 1000
    return f"{number:.3g} PFLOP"
