"""What a preset, or the settings as they are, takes: time on this computer, and data."""

from pathlib import Path

from ganstudio import length
from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.data.catalog import Availability
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.setup.length_field import Known
from ganstudio.gui.window.status_bar import steps_per_second
from ganstudio.speeds import TrainingSpeeds
from ganstudio.text import DOT, format_duration
from ganstudio.training.schedule import rounds_for

_LEAST_SECONDS = 5.0  # of training that a run's pace is judged by


def facts(config: RunConfig, pace: TrainingSpeeds, home: Path | None = None) -> str:
    """ "about 4 min here, MNIST, built in", with a dot between."""
    return f" {DOT} ".join(part for part in (time_words(config, pace), data_words(config.data.name, home)) if part)


def facts_for(config: RunConfig, pace: TrainingSpeeds, home: Path | None = None) -> list[str]:
    """The same in fewer and fewer words, the most first; the time and what is to be downloaded are in all of them."""
    time = time_words(config, pace)
    data = _state_words(config.data.name, home)
    brief = time.removeprefix("about ")
    shorter = [(time, data), (brief, data), (brief.removesuffix(" on 2 cores").removesuffix(" here"), data)]
    wordings = [facts(config, pace, home), *(f" {DOT} ".join(filter(None, each)) for each in shorter)]
    return list(dict.fromkeys(wordings))


def time_words(config: RunConfig, pace: TrainingSpeeds) -> str:
    """ "about 4 min here"; "about 4 min on 2 cores" before anything ran here; "" where that is not known."""
    if not length.deciding_setting(config):
        return length.UNTIL_STOPPED
    known = catalog.DATASETS.get(config.data.name)
    found = pace.estimate(config, known.count if known else 0)
    if found is None or found.seconds <= 0:
        return ""
    return f"about {format_duration(found.seconds)} {'here' if found.is_measured_here else 'on 2 cores'}"


def data_words(name: str, home: Path | None = None) -> str:
    """ "MNIST, built in", "Fashion-MNIST, 31 MB to download"."""
    if name not in catalog.DATASETS:
        return name
    state = catalog.state(name, home)
    if state.state == Availability.DOWNLOADABLE:
        return f"{state.info.title}, {state.info.download_bytes / 1e6:,.0f} MB to download"
    return f"{state.info.title}, {state.state}"


def _state_words(name: str, home: Path | None) -> str:
    """ "31 MB to download", "data built in"; without the name, which is read elsewhere."""
    if name not in catalog.DATASETS:
        return ""
    state = catalog.state(name, home)
    words = data_words(name, home).removeprefix(f"{state.info.title}, ")
    return words if state.state == Availability.DOWNLOADABLE else f"data {words}"


def known(model: RunModel, pace: TrainingSpeeds) -> Known:
    """What is known of the pace of the open run, or of one with the settings as they are."""
    config = model.config
    batch = config.optimizer.batch_size
    count = catalog.DATASETS[config.data.name].count if config.data.name in catalog.DATASETS else 0
    per_epoch = model.started.batches_per_epoch if model.started else count // batch
    speed = steps_per_second(model)
    if speed > 0:
        return Known(per_epoch, 1 / speed, model.step)
    found = pace.estimate(config, count) if length.deciding_setting(config) == "epochs" else None
    steps = config.epochs * rounds_for(per_epoch, config)
    return Known(per_epoch, found.seconds / steps if found and steps else 0.0, model.step)


def milliseconds(model: RunModel) -> float:
    """Milliseconds of training for a picture by which the run moved along; 0 while that is not known."""
    history, started = model.history, model.started
    if started is None or len(history) < 2:
        return 0.0
    seconds, epochs = history.column("seconds"), history.column("epoch")
    gone, pictures = seconds[-1] - seconds[0], (epochs[-1] - epochs[0]) * started.data_count
    return float(1000 * gone / pictures) if gone >= _LEAST_SECONDS and pictures > 0 else 0.0
