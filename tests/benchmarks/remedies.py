"""Measure whether what the coach offers first mends a run: the same run with the remedy and without it, side by side.

    python tests/benchmarks/remedies.py FOLDER [--only collapse flat-d ...] [--seeds 0 1] [--offer 2]

Each case is a run that goes wrong on purpose: those of the gallery "Break it, mend it", and some more of this file. It
is trained until the coach finds the fault, as `ganstudio train` lets it look. From there two runs go on for the same
number of rounds after the fault was found: one is left alone, the other takes the coach's first offer. Live changes
are made while it trains, what goes back begins from the checkpoint that is named, what needs a new run begins anew and
gets as many rounds as the other has by then. Training, measuring and seeds are those of the program; points are
measured with 4,096 samples, pictures with 2,000, and noise that training has not seen.

A run counts as sound at its end if it still trains and the distance to the data (JS of points, FCD of pictures) is at
most half of what it was when the fault was found. Pictures must cover one real picture in a hundred, too: from noise,
FCD falls to half when all of them are one grey spot. Points are sound as well where every mode has its share (reverse
KL below 0.05 nats) and half of them lie on one: those of a G that left modes out were near the data already. A remedy
works where the run with it is sound and the one without it is not. The table also says what the coach finds at the end,
which decides nothing.

Runs and figures stay in FOLDER, and what is there already is not trained again. Prints a line of JSON for each case and
seed, and a table in Markdown.
"""

import argparse
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.coach import gallery, of_run
from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Finding, Remedy, RemedyKind
from ganstudio.coach.listener import Listener
from ganstudio.commands.evaluation import Measurement
from ganstudio.commands.point_evaluation import evaluate_points
from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.events import Event, Failed, Measured, Stepped, Tick
from ganstudio.latent import models
from ganstudio.runs import runner as runs
from ganstudio.runs.branch import branch
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.runner import Runner

FIXED: Mapping[str, Any] = {"engine.device": "cpu", "engine.threads": 1, "engine.precision": "float32"}
MEASURING_SEED = 1234  # of the noise that samples are made of
SAMPLES = 2000  # pictures that are measured
MEASURES = 6  # of each run on the way to its end
LONGEST = 240.0  # seconds of processor time after which a fault that is not found is given up
FIGURES = ("modes", "hq", "mode_kl", "precision", "recall", "coverage", "kl")  # that are kept beside the distance
EVEN = 0.05  # nats, reverse KL: one of eight modes that is missing has 0.13
ON_MODES = 0.5  # of the points
COVERED = 0.01  # of the real pictures
SOUND = 0.5  # of the distance when the fault was found


@dataclass(frozen=True)
class Case:
    """A run that goes wrong on purpose.

    Parameters
    ----------
    name
        Its name.
    finding
        Id of what the coach is to find.
    config
        Its settings, without the seed.
    rounds
        That the two runs are trained for after the fault was found.
    changes
        What is changed while it trains: step -> settings.
    """

    name: str
    finding: str
    config: RunConfig
    rounds: int
    changes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """What a run has come to at its end."""

    step: int
    failed: str  # the sentence with which training failed; "" if it did not
    findings: list[str]  # ids of what the coach finds at the end
    distance: float  # JS of points, FCD of pictures
    figures: dict[str, float]  # others

    def is_sound(self, before: float) -> bool:
        """Return whether the run has recovered from a fault that was found at a distance."""
        if self.failed or self.figures.get("coverage", 1.0) < COVERED:
            return False
        has_all_modes = self.figures.get("mode_kl", 1.0) < EVEN and self.figures.get("hq", 0.0) >= ON_MODES
        return self.distance <= SOUND * before or has_all_modes


@dataclass(frozen=True)
class Provoked:
    """The run that goes wrong, at the step at which the coach has found the fault."""

    seconds: float  # of the processor
    state: State
    remedies: list[dict[str, Any]]  # that the coach offers, the first first; none: the fault was not found


def cases() -> list[Case]:
    """Return all cases."""
    found = [
        Case(each.name, each.finding, each.config, _ROUNDS.get(each.name, 1000)) for each in gallery.provocations()
    ]
    constant = {"optimizer.decay": "constant", "steps": 50_000}
    small = {**constant, "data.name": "digits", "network.width": 8, "optimizer.batch_size": 16, "measure.every": 5}
    ring = {**constant, "measure.every": 3, "measure.share": 0.5}
    plain = {**ring, "objective.loss": "non-saturating", "penalty.r1": 0.0, "penalty.r2": 0.0}
    return [
        *found,
        _case("rate-too-high", "C8", "mnist-quick", 600, {**small, "optimizer.d_lr": 0.03}),
        _case("dead-g", "C9", "mnist-quick", 600, {**small, "optimizer.batch_size": 32, "optimizer.g_lr": 0.03}),
        _case("d-left-behind", "C3", "lab-ring-8", 3000, ring, {1600: {"optimizer.d_lr": 1e-6}}),
        _case("slow-d-on-points", "C2", "lab-ring-8", 4000, {**plain, "optimizer.d_lr": 2e-6}),
        _case("won-by-rates", "C1", "lab-ring-8", 4000, {**plain, **_WON}),
        _case("won-on-digits", "C1", "gan-2014", 1500, {**constant, **_WON_BY_MINIMAX}),
        _case("d-too-fast", "C2", "gan-2014", 1500, {**constant, "optimizer.d_lr": 0.1}),
    ]


_ROUNDS = {"collapse": 4000, "missing-modes": 4000, "d-has-won": 8000, "flat-d": 4000, "slow-d": 2000}
_WON = {"schedule.d_steps": 5, "optimizer.d_lr": 1e-2, "optimizer.g_lr": 1e-6}
_WON_BY_MINIMAX = {
    "objective.loss": "minimax",
    "schedule.d_steps": 5,
    "optimizer.d_lr": 1e-3,
    "optimizer.g_lr": 5e-5,
}


def _case(
    name: str,
    finding: str,
    preset: str,
    rounds: int,
    settings: Mapping[str, Any],
    changes: Mapping[int, Mapping[str, Any]] | None = None,
) -> Case:
    return Case(name, finding, _with(presets.load(preset).config, settings), rounds, changes or {})


def _with(config: RunConfig, settings: Mapping[str, Any]) -> RunConfig:
    for path, value in settings.items():
        config = cfg.change(config, path, value)
    return config


# ---- training ------------------------------------------------------------------------------------------------------


def provoke(case: Case, seed: int, out: Path) -> Provoked:
    """Train a run until its fault is found."""
    began, control = time.process_time(), Control()
    runner = _start(_with(case.config, {"seed": seed}), out, control)
    coach = Listener(runner.folder)

    def is_found(event: Event) -> bool:
        if isinstance(event, Stepped):
            for path, value in case.changes.get(event.step, {}).items():
                control.change(path, value)
            return False
        if isinstance(event, Tick | Measured):
            for mark, _ in coach.news():
                control.note(mark)
        return _find(coach.findings, case) is not None or time.process_time() - began > LONGEST

    failed = _train(runner, coach, is_found)
    seconds = round(time.process_time() - began, 1)
    found = _find(coach.findings, case)
    offers = [_as_json(remedy) for remedy in found.remedies] if found else []
    return Provoked(seconds, state_of(RunFolder.open(out), failed), offers)


def _find(findings: list[Finding], case: Case) -> Finding | None:
    return next((one for one in findings if one.id == case.finding and one.is_open and one.remedies), None)


def leave_alone(provoked: Path, until: int, out: Path) -> State:
    """Train on without a change, to a step."""
    run = branch(provoked, None, {}, out)
    return _train_on(run, until, {})


def treat(case: Case, seed: int, provoked: Path, remedy: Remedy, until: int, out: Path) -> State:
    """Train on with a remedy, to a step."""
    if remedy.kind == RemedyKind.NEW_RUN:
        config = _with(case.config, {"seed": seed, **remedy.changes})
        runner = _start(config, out, Control())
        return _to_step(runner, 0, until)
    if remedy.kind == RemedyKind.LIVE and remedy.back_to is None:
        return _train_on(branch(provoked, None, {}, out), until, remedy.changes)
    return _train_on(branch(provoked, remedy.back_to, remedy.changes, out), until, {})


def _start(config: RunConfig, out: Path, control: Control) -> Runner:
    config = _with(config, FIXED)
    return runs.start(config, catalog.load_for(config), out, control)


def _train_on(run: RunFolder, until: int, live: Mapping[str, Any]) -> State:
    """Resume a run and train it to a step, with live changes at its beginning."""
    control = Control()
    runner = runs.resume(run.path, control=control)
    for path, value in live.items():
        control.change(path, value)
    return _to_step(runner, max(run.rewind_points()), until)


def _to_step(runner: Runner, since: int, until: int) -> State:
    """Train a run to a step, with measurements on the way: their share of the time counts anew in each run."""
    due = [since + (until - since) * (part + 1) // MEASURES for part in range(MEASURES)]
    control = runner.control

    def is_over(event: Event) -> bool:
        if isinstance(event, Stepped) and due and event.step >= due[0]:
            del due[0]
            control.measure()
        return isinstance(event, Measured) and event.step >= until

    failed = _train(runner, Listener(runner.folder), is_over)
    return state_of(RunFolder.open(runner.folder.path), failed)


def _train(runner: Runner, coach: Listener, is_over: Callable[[Event], bool]) -> str:
    """Train until `is_over` says so; return the sentence with which training failed, "" if it did not."""
    for event in runner.events():
        coach.take(event)
        if isinstance(event, Failed):
            return event.message
        if is_over(event):
            runner.control.stop()
    return ""


# ---- measuring -----------------------------------------------------------------------------------------------------


def state_of(run: RunFolder, failed: str = "") -> State:
    """Measure a run that has ended, and let the coach judge it."""
    record, _ = of_run.read(run)
    findings = explain(record)
    model = models.find(run.path)
    if model.config.makes_points:
        points = evaluate_points(model, MEASURING_SEED, 1.0).samples
        distance, report = points.js, asdict(points)
    else:
        pictures = Measurement(model, SAMPLES, MEASURING_SEED, 1.0, lambda line: None).compare().samples
        distance, report = pictures.fcd, asdict(pictures)
    return State(
        record.last_step,
        failed,
        [one.id for one in findings if one.is_open],
        float(f"{distance:.4g}"),
        {name: float(f"{report[name]:.3g}") for name in FIGURES if report.get(name) is not None},
    )


# ---- what is kept --------------------------------------------------------------------------------------------------


def _as_json(remedy: Remedy) -> dict[str, Any]:
    return asdict(remedy) | {"kind": str(remedy.kind), "changes": dict(remedy.changes)}


def _from_json(kept: Mapping[str, Any]) -> Remedy:
    return Remedy(kept["text"], RemedyKind(kept["kind"]), kept["changes"], kept["back_to"])


def _kept(out: Path, make: Callable[[], Any], label: Any = None) -> dict[str, Any]:
    """Return what was kept of the run in a folder, or make it anew; `label`: what it must have been made with."""
    file = out.with_suffix(".json")
    if file.exists():
        known: dict[str, Any] = json.loads(file.read_text())
        if known["label"] == label:
            return known
    shutil.rmtree(out, ignore_errors=True)
    began = time.process_time()
    made = {"label": label, "made": asdict(make()), "took": round(time.process_time() - began, 1)}
    file.write_text(json.dumps(made))
    return made


def measure(case: Case, seed: int, folder: Path, offer: int) -> dict[str, Any]:
    """Return a row of the table: what a case with a seed came to."""
    place = folder / f"{case.name}-{seed}"
    place.mkdir(parents=True, exist_ok=True)
    settings = [[path, new] for path, _, new in cfg.differences(RunConfig(), case.config)]
    label = [settings, {str(step): dict(changes) for step, changes in case.changes.items()}]
    provoked = _kept(place / "provoked", lambda: provoke(case, seed, place / "provoked"), label)["made"]
    row: dict[str, Any] = {"case": case.name, "finding": case.finding, "seed": seed, "seconds": provoked["seconds"]}
    row["before"] = provoked["state"]
    offers = _offers_now(case, place / "provoked") or provoked["remedies"]
    if not provoked["remedies"] or len(offers) < offer:
        return row | {"remedy": "", "works": None}
    remedy = _from_json(offers[offer - 1])
    until = provoked["state"]["step"] + case.rounds
    name = "with" if offer == 1 else f"with-{offer}"
    wanted = [label, until, offers[offer - 1]]
    treated = _kept(place / name, lambda: treat(case, seed, place / "provoked", remedy, until, place / name), wanted)
    alone = _kept(place / "without", lambda: leave_alone(place / "provoked", until, place / "without"), [label, until])
    before = row["before"]["distance"]
    sound = [State(**each["made"]).is_sound(before) for each in (treated, alone)]
    row |= {"remedy": remedy.text, "with": treated["made"], "without": alone["made"]}
    row |= {"sound_with": sound[0], "sound_without": sound[1], "works": sound == [True, False]}
    return row | {"took": round(provoked["seconds"] + treated["took"] + alone["took"], 1)}


def _offers_now(case: Case, provoked: Path) -> list[dict[str, Any]]:
    """Return what the coach offers for a provoked run as it is today."""
    found = _find(explain(of_run.read(RunFolder.open(provoked))[0]), case)
    return [json.loads(json.dumps(_as_json(remedy))) for remedy in found.remedies] if found else []


# ---- the table -----------------------------------------------------------------------------------------------------


def format_table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [
        "| case | found | seed | after | when found | remedy | with it | without | works |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = [row["case"], row["finding"], str(row["seed"]), f"{row['seconds']:.0f} s", _brief(row["before"])]
        if row["works"] is None:
            cells += ["not found or nothing offered", "", "", ""]
        else:
            cells += [row["remedy"], _brief(row["with"]), _brief(row["without"]), "yes" if row["works"] else "no"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _brief(state: Mapping[str, Any]) -> str:
    figures = state["figures"]
    if "modes" in figures:
        text = f"{figures['modes']:.0f} modes, JS {state['distance']:.2f}, HQ {figures['hq']:.0%}"
    elif "coverage" in figures:
        text = f"FCD {state['distance']:,.0f}, precision {figures['precision']:.2f}, coverage {figures['coverage']:.2f}"
    else:
        text = f"JS {state['distance']:.2f}"
    if state["failed"]:
        text += ", failed"
    if state["findings"]:
        text += f", {' '.join(state['findings'])}"
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = {case.name: case for case in cases()}
    parser.add_argument("folder", type=Path, help="where runs and figures are kept")
    parser.add_argument("--only", nargs="+", choices=known, default=list(known))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--offer", type=int, default=1, help="which offer of the coach is taken, from 1")
    args = parser.parse_args()
    rows = []
    for name in args.only:
        for seed in args.seeds:
            rows.append(measure(known[name], seed, args.folder, args.offer))
            print(json.dumps(rows[-1]), flush=True)
    print(format_table(rows))


if __name__ == "__main__":
    main()
