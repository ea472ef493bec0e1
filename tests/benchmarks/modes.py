"""Measure how many of the modes of a mixture a recipe finds, over several seeds, beside published figures.

    python tests/benchmarks/modes.py [--presets lab-ring-8 lab-grid-25] [--seeds 3] [--results modes.jsonl]
    python tests/benchmarks/modes.py --presets lab-ring-8 --seeds 10 --results packing.jsonl -- --network.packing 2

Each seed is trained by `ganstudio train` in one thread and measured by `ganstudio evaluate`, with noise and points that
training has not seen: 2,500 samples, of high quality if within 3 deviations of the nearest mode; a mode is found by one
such sample; the reverse KL divergence is that of the samples' shares of the modes from equal ones, nats. With
--results, a line of JSON is added to the file after each seed, and seeds that are there already are not trained again.
What follows `--` are settings, as of `ganstudio train`. Prints mean and standard error.
"""

import argparse
import dataclasses
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from runs import train

PRESETS = ("lab-ring-8", "lab-grid-25")
FIXED = ("--engine.device", "cpu", "--engine.threads", "1", "--engine.precision", "float32")
MEASURING_SEED = 1234  # of the noise that samples are made of


@dataclasses.dataclass(frozen=True)
class Result:
    """What a seed came to."""

    preset: str
    settings: str
    seed: int
    modes: int
    hq: float
    mode_kl: float
    js: float
    js_floor: float
    sw: float
    sw_floor: float
    steps: int
    seconds: float  # of the processor, with start, files and measurement


@dataclasses.dataclass(frozen=True)
class Published:
    """Figures of a paper; None where it has none."""

    method: str
    modes: float
    hq: float  # %
    kl: float | None = None


# VEEGAN: Srivastava et al., 2017. PacGAN: Lin et al., 2018, as are its own figures of a plain GAN.
PUBLISHED = {
    "lab-ring-8": (
        Published("GAN (VEEGAN paper)", 1, 99.3),
        Published("Unrolled GAN", 7.6, 35.6),
        Published("VEEGAN", 8, 52.9),
        Published("GAN (PacGAN paper)", 6.3, 98.2, 0.45),
        Published("PacGAN2", 7.9, 95.6, 0.07),
        Published("PacGAN3", 7.8, 97.7, 0.10),
        Published("PacGAN4", 7.8, 95.9, 0.07),
        Published("perfect sampler", 8, 98.9, 0.0014),
    ),
    "lab-grid-25": (
        Published("GAN (VEEGAN paper)", 3.3, 0.5),
        Published("Unrolled GAN", 23.6, 16),
        Published("VEEGAN", 24.6, 40),
        Published("GAN (PacGAN paper)", 17.3, 94.8, 0.70),
        Published("PacGAN2", 23.8, 91.3, 0.13),
        Published("PacGAN3", 24.6, 94.2, 0.06),
        Published("PacGAN4", 24.8, 93.6, 0.04),
        Published("perfect sampler", 25, 98.9, 0.0048),
    ),
}


def measure(preset: str, seed: int, settings: Sequence[str]) -> Result:
    """Train a run in a temporary folder, and measure it."""
    before = _processor_seconds()
    with tempfile.TemporaryDirectory() as folder:
        out, figures = Path(folder) / "run", Path(folder) / "figures.json"
        run = train(out, "--preset", preset, "--seed", str(seed), *FIXED, *settings)
        steps = run.history().ticks[-1].step
        if steps != run.config.steps:
            raise SystemExit(f"{preset}, seed {seed}, ended at step {steps:,} of {run.config.steps:,}.")
        evaluate = ("evaluate", str(out), "--seed", str(MEASURING_SEED), "--json", str(figures))
        subprocess.run([sys.executable, "-m", "ganstudio", *evaluate], check=True, stdout=subprocess.DEVNULL)
        found = json.loads(figures.read_text())["samples"]
    kept = {key: found[key] for key in ("modes", "hq", "mode_kl", "js", "js_floor", "sw", "sw_floor")}
    seconds = round(_processor_seconds() - before, 1)
    return Result(preset, " ".join(settings), seed, **kept, steps=steps, seconds=seconds)


def _processor_seconds() -> float:
    """Return what the processes that this one has started and waited for have computed."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def read_results(file: Path | None) -> list[Result]:
    """Return what is in the file of an earlier start; [] if there is none."""
    if file is None or not file.exists():
        return []
    return [Result(**json.loads(line)) for line in file.read_text().splitlines()]


def append_result(file: Path, result: Result) -> None:
    """Add a result to the file."""
    with file.open("a") as lines:
        lines.write(json.dumps(dataclasses.asdict(result)) + "\n")


def seeds_to_do(results: Sequence[Result], preset: str, settings: str, count: int) -> list[int]:
    """Return the seeds 0 to `count` - 1 without those that have been trained."""
    done = {each.seed for each in results if (each.preset, each.settings) == (preset, settings)}
    return [seed for seed in range(count) if seed not in done]


def format_table(preset: str, results: Sequence[Result]) -> str:
    """Return a table in Markdown: the published figures, then ours with their standard errors."""
    lines = [
        f"{preset}: {len(results)} seeds",
        "",
        "| method | modes | high quality % | reverse KL |",
        "|---|---|---|---|",
    ]
    for row in PUBLISHED.get(preset, ()):
        lines.append(f"| {row.method} | {row.modes:g} | {row.hq:g} | {'' if row.kl is None else f'{row.kl:g}'} |")
    figures = ([float(each.modes) for each in results], [100 * each.hq for each in results])
    (modes, hq), kl = map(_format_mean, figures), _format_mean([each.mode_kl for each in results], 4)
    lines.append(f"| GAN Studio | {modes} | {hq} | {kl} |")
    lines += ["", *(_format_more(name, results) for name in ("js", "sw"))]
    lines.append(f"processor time of a seed: {statistics.mean(each.seconds for each in results):.0f} s")
    return "\n".join(lines)


def _format_mean(values: Sequence[float], digits: int = 2) -> str:
    """Return the mean of seeds with its standard error, as far as there is one."""
    mean, error = mean_and_error(values)
    return f"{mean:.{digits}f}" + ("" if math.isnan(error) else f" ± {error:.{digits}f}")


def _format_more(name: str, results: Sequence[Result]) -> str:
    """Return the mean of a measure that the papers do not have, with that of real points."""
    mean = _format_mean([float(getattr(each, name)) for each in results], 4)
    return f"{name}: {mean} (real points: {getattr(results[0], name + '_floor'):.4f})"


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and its standard error, nan for a single value."""
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return statistics.mean(values), error


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", nargs="+", choices=PRESETS, default=PRESETS)
    parser.add_argument("--seeds", type=int, default=3, help="how many, from 0")
    parser.add_argument("--results", type=Path, help="file of JSON lines that results are added to")
    parser.add_argument("settings", nargs="*", help="after --: settings, as of `ganstudio train`")
    args = parser.parse_args()
    settings = " ".join(args.settings)
    for preset in args.presets:
        results = read_results(args.results)
        for seed in seeds_to_do(results, preset, settings, args.seeds):
            results.append(measure(preset, seed, args.settings))
            print(json.dumps(dataclasses.asdict(results[-1])), flush=True)
            if args.results is not None:
                append_result(args.results, results[-1])
        wanted = [each for each in results if (each.preset, each.settings) == (preset, settings)]
        print(format_table(preset, [each for each in wanted if each.seed < args.seeds]), flush=True)


if __name__ == "__main__":
    main()
