"""What may mend a fault: changes of settings that are not in force yet, and where to go back to."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from ganstudio import config as cfg
from ganstudio.coach.finding import Remedy, RemedyKind, Severity
from ganstudio.coach.record import Record
from ganstudio.coach.suspicion import Suspicion
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.errors import ConfigError
from ganstudio.events import Marked

MAX_REMEDIES = 2
_USUAL_R1 = {False: 1.0, True: 0.02}  # of pictures, of points
_USUAL_GRADIENT = 10.0
_SLOW_D = 0.1  # learning rate of D as a share of G's with which D does not follow
_FAST_D = 4.0  # likewise, with more than which D overshoots if it is wrong
_LEAST_RATE = 1e-4  # of G, below which a rate is not worth a try
_SUSPECT_STEPS = 300  # rounds before it began in which a change may have caused it
_MEASURED_SUSPECT_STEPS = 2000  # likewise, where measurements show it: they are far apart, and the first may miss it
_MEASURED = ("C3", "C4", "C5")
_GO_BACK = ("C2", "C3", "C6", "C7", "C9 dead")  # what was learned since it began is lost anyway

Changes = dict[str, Any]


def propose(suspicion: Suspicion, record: Record) -> tuple[Remedy, ...]:
    """Return what may mend a fault, the best first; at most `MAX_REMEDIES`."""
    config = record.config_at(record.last_step + 1)
    sound = suspicion.began if suspicion.sound is None else suspicion.sound
    story = suspicion.story or suspicion.id
    back_to = record.checkpoint_before(sound) if story in _GO_BACK else None
    found = [
        _undone(mark, None if back_to is None else record.checkpoint_before(min(sound, mark.step)))
        for mark in _suspects(suspicion, record)
    ]
    for changes in _propose(suspicion, story, config):
        wanted = _in_force_not_yet(config, changes)
        if wanted:
            found.append(_remedy(wanted, back_to, only_anew=story == "C9 dead" and back_to is None))
    if suspicion.id == "C13":
        found = [*found[: MAX_REMEDIES - 1], Remedy("End the run here", RemedyKind.WAIT)]
    return tuple(found[:MAX_REMEDIES])


def _propose(suspicion: Suspicion, story: str, config: RunConfig) -> list[Changes]:
    if suspicion.id == "C8" and "network" in suspicion.words:
        return [_times(config, f"optimizer.{suspicion.words['network'].lower()}_lr", 0.25)]
    return _PROPOSALS[story](config)


def _suspects(suspicion: Suspicion, record: Record) -> list[Marked]:
    """Return the change of a setting that may have caused it, if that has not been taken back."""
    if suspicion.severity not in (Severity.RED, Severity.AMBER):
        return []
    reach = _MEASURED_SUSPECT_STEPS if suspicion.id in _MEASURED else _SUSPECT_STEPS
    first = suspicion.began - reach
    changes = [mark for mark in record.changes if first <= mark.step <= suspicion.found and SETTINGS[mark.path].live]
    config = record.config_at(record.last_step + 1)
    return [mark for mark in changes[-1:] if cfg.read(config, mark.path) == mark.new and _is_possible(mark)]


def _is_possible(mark: Marked) -> bool:
    """Return whether the setting can have its old value; the history of another version may have any."""
    try:
        cfg.change(RunConfig(), mark.path, mark.old)
    except ConfigError:
        return False
    return mark.old is not None


def _undone(mark: Marked, back_to: int | None) -> Remedy:
    text = f"set {SETTINGS[mark.path].label} back to {_short(mark.old)}"
    return Remedy(_from(back_to, text), RemedyKind.LIVE, {mark.path: mark.old}, back_to)


def _from(back_to: int | None, text: str) -> str:
    return f"Go back to step {back_to:,} and {text}" if back_to is not None else text[0].upper() + text[1:]


def _in_force_not_yet(config: RunConfig, changes: Mapping[str, Any]) -> Changes:
    return {path: value for path, value in changes.items() if cfg.read(config, path) != value}


def _remedy(changes: Changes, back_to: int | None, only_anew: bool = False) -> Remedy:
    settings = [SETTINGS[path] for path in changes]
    if only_anew:
        kind = RemedyKind.NEW_RUN
    elif all(setting.live for setting in settings):
        kind = RemedyKind.LIVE
    else:
        kind = RemedyKind.BRANCH if all(setting.on_branch for setting in settings) else RemedyKind.NEW_RUN
    what = " and ".join(f"{SETTINGS[path].label} to {_short(value)}" for path, value in changes.items())
    if kind == RemedyKind.NEW_RUN:
        return Remedy(f"Set {what} in a new run", kind, changes)
    return Remedy(_from(back_to, f"set {what}"), kind, changes, back_to)


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


# ---- what is proposed, by finding, the best first -----------------------------------


def _penalty(config: RunConfig) -> Changes:
    """Return R1 of usual strength where it is off; for points it is far weaker, as their plane is small."""
    if config.penalty.r1:
        return _times(config, "penalty.r1", 3)
    usual = {"penalty.r1": _USUAL_R1[config.makes_points]}
    return usual if config.makes_points else usual | {"penalty.every": 8}


def _times(config: RunConfig, path: str, factor: float) -> Changes:
    """Return a setting times a factor, within its limits and with three digits."""
    setting = SETTINGS[path]
    low, high = setting.low, setting.high
    value = float(f"{cfg.read(config, path) * factor:.3g}")
    value = min(max(value, low if low is not None else -math.inf), high if high is not None else math.inf)
    return {path: round(value) if isinstance(cfg.read(config, path), int) else value}


def _paired(config: RunConfig) -> Changes:
    """Return the loss that compares fakes with real ones, so that G has to make every kind, and its two penalties.

    With R1 alone, modes come back as well, but the points stay farther from the data.
    """
    usual = _USUAL_R1[config.makes_points]
    penalties = {path: usual for path in ("penalty.r1", "penalty.r2") if not cfg.read(config, path)}
    return {"objective.loss": "relativistic"} | penalties


def _won(config: RunConfig) -> list[Changes]:
    proposals: list[Changes] = []
    if config.objective.loss == "minimax":
        # Points: with its gradient back, G runs to the few places that a D without a penalty happens to like.
        softer = _penalty(config) if config.makes_points and not config.penalty.r1 else {}
        proposals.append({"objective.loss": "non-saturating"} | softer)
    if config.schedule.mode == "steps" and config.schedule.d_steps > 1:
        proposals.append({"schedule.d_steps": 1})
    return [*proposals, _penalty(config), _times(config, "optimizer.d_lr", 0.25)]


def _worse(config: RunConfig) -> list[Changes]:
    proposals: list[Changes] = []
    if config.schedule.mode == "steps" and config.schedule.g_steps > 1:
        proposals.append({"schedule.g_steps": 1})
    d_rate, g_rate = config.optimizer.d_lr, config.optimizer.g_lr
    as_fast: Changes = {"optimizer.d_lr": g_rate}
    if d_rate < g_rate or d_rate > _FAST_D * g_rate:
        proposals.append(as_fast)
    proposals += [_times(config, "optimizer.g_lr", 0.25), *_weaker_penalty(config)]
    # A D that is as fast as G and wrong all the same would only become wilder with a higher rate.
    return [*proposals, as_fast] if g_rate < d_rate <= _FAST_D * g_rate else proposals


def _collapsed(config: RunConfig) -> list[Changes]:
    first = _paired(config)
    rates = _times(config, "optimizer.d_lr", 0.25) | _times(config, "optimizer.g_lr", 0.25)
    if config.optimizer.d_lr < _SLOW_D * config.optimizer.g_lr:
        rates = {"optimizer.d_lr": config.optimizer.g_lr}  # D does not follow: it needs to be faster
    elif config.optimizer.d_lr < config.optimizer.g_lr and _in_force_not_yet(config, first):
        first |= _times(config, "optimizer.g_lr", 0.5)  # else G soon leaves again what it finds
    return [first, rates]


def _missing(config: RunConfig) -> list[Changes]:
    paired = _paired(config)
    first = paired if _in_force_not_yet(config, paired) else _penalty(config)
    packing: list[Changes] = [] if config.network.packing > 1 else [{"network.packing": 2}]
    return [first, *packing]


def _circling(config: RunConfig) -> list[Changes]:
    halved = _times(config, "optimizer.d_lr", 0.5) | _times(config, "optimizer.g_lr", 0.5)
    return [_penalty(config), {"optimizer.beta1": 0.0}, halved]


def _jolted(config: RunConfig) -> list[Changes]:
    clip: list[Changes] = [] if config.stabilise.clip_gradient else [{"stabilise.clip_gradient": 2.0}]
    return [*clip, _times(config, "optimizer.d_lr", 0.25) | _times(config, "optimizer.g_lr", 0.25)]


def _too_fast(config: RunConfig) -> list[Changes]:
    return [_times(config, "optimizer.d_lr", 0.25) | _times(config, "optimizer.g_lr", 0.25)]


def _dead(config: RunConfig) -> list[Changes]:
    return [_times(config, "optimizer.g_lr", 0.25)]


def _copied(config: RunConfig) -> list[Changes]:
    settings = config.stabilise
    proposals: list[Changes] = []
    if not config.makes_points:
        proposals.append({"stabilise.translation": True, "stabilise.cutout": True})
        if settings.translation and settings.cutout:
            proposals = [{"stabilise.probability": 1.0}]
    return [*proposals, _penalty(config)]


def _ignores_classes(config: RunConfig) -> list[Changes]:
    proposals = [{"optimizer.d_lr": config.optimizer.g_lr}] if config.optimizer.d_lr < config.optimizer.g_lr else []
    return [*proposals, _times(config, "optimizer.d_lr", 4), _penalty(config)]


def _running_away(config: RunConfig) -> list[Changes]:
    first = _penalty(config)
    if config.objective.loss == "wasserstein" and not config.penalty.gradient:
        first = {"penalty.gradient": _USUAL_GRADIENT}
    return [first, _times(config, "optimizer.d_lr", 0.1)]


def _asleep(config: RunConfig) -> list[Changes]:
    faster = _times(config, "optimizer.g_lr", 10)
    return [{path: max(value, _LEAST_RATE) for path, value in faster.items()}]


def _flat(config: RunConfig) -> list[Changes]:
    path, value, _ = _strongest_penalty(config)
    if not value:
        return [_times(config, "penalty.clip", 10)]
    return _weaker_penalty(config) or [_times(config, path, 0.1)]


def _weaker_penalty(config: RunConfig) -> list[Changes]:
    """Return the usual strength of a penalty that is far stronger; nothing if none is."""
    path, value, usual = _strongest_penalty(config)
    return [{path: usual}] if value > 10 * usual else []


def _strongest_penalty(config: RunConfig) -> tuple[str, float, float]:
    """Return the name, the strength and the usual strength of the strongest penalty of D's slope."""
    paths = ("penalty.r1", "penalty.r2", "penalty.gradient", "penalty.dragan")
    path = max(paths, key=lambda path: float(cfg.read(config, path)))
    usual = _USUAL_R1[config.makes_points] if path in ("penalty.r1", "penalty.r2") else _USUAL_GRADIENT
    return path, float(cfg.read(config, path)), usual


def _settled(config: RunConfig) -> list[Changes]:
    return [{"optimizer.decay": "linear"}] if config.epochs or config.steps or config.seconds else []


def _lagging(config: RunConfig) -> list[Changes]:
    return [{"ema.warm_up": 0.05}, {"ema.show_raw": True}]


_PROPOSALS: dict[str, Callable[[RunConfig], list[Changes]]] = {
    "C1": _won,
    "C2": _worse,
    "C3": _collapsed,
    "C4": _missing,
    "C5": _circling,
    "C6": _jolted,
    "C7": _running_away,
    "C8": _too_fast,
    "C9": _asleep,
    "C9 dead": _dead,
    "C11": _copied,
    "C12": _flat,
    "C13": _settled,
    "C14": _lagging,
    "C15": _ignores_classes,
}
