"""What a preset, or the settings as they are, takes: time on this computer, and data."""

import threading
from typing import TYPE_CHECKING

from ganstudio import length
from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.data.catalog import Availability
from ganstudio.gui.model.preset_settings import settings_of
from ganstudio.gui.model.progress import steps_per_second
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.setup.length_field import RunPace
from ganstudio.presets import Preset
from ganstudio.speeds import Estimate, TrainingSpeeds
from ganstudio.text import DOT, format_duration
from ganstudio.training.schedule import rounds_for

if TYPE_CHECKING:
    from ganstudio.training.estimates.estimate import Estimate as RunEstimate

MIN_SECONDS = 5.0  # of training by which the speed of a run is judged


class Facts:
    """Time and data that runs take on this computer.

    Parameters
    ----------
    model
        The open run; its data sets are stored in `model.data_home`.

    Attributes
    ----------
    speeds
        How fast presets trained here.
    estimate
        Of the run that is set up, measured on this computer; None while it is not known.
    """

    def __init__(self, model: RunModel) -> None:
        self._model = model
        self.speeds = TrainingSpeeds()
        self.estimate: RunEstimate | None = None

    def describe(self, config: RunConfig) -> str:
        """Return "about 4 min here, MNIST, built in", with a dot between the parts."""
        parts = (self.describe_time(config), self._describe_data(config.data.name))
        return f" {DOT} ".join(part for part in parts if part)

    def describe_preset(self, preset: Preset) -> str:
        """Return what a preset takes as `describe` does; one for own pictures with those that are chosen, if any."""
        config = settings_of(preset, self._model.config.data.name)
        if preset.for_own_pictures and config is preset.config:
            return f"{catalog.title_of(config.data.name)} until pictures of your own are chosen"
        return self.describe(config)

    def wordings(self, config: RunConfig) -> list[str]:
        """Return `describe` in shorter and shorter wordings; time and size of a download are in all of them."""
        time, data = self.describe_time(config), self._describe_state(config.data.name)
        brief = time.removeprefix("about ")
        shorter = [(time, data), (brief, data), (brief.removesuffix(" on 2 cores").removesuffix(" here"), data)]
        wordings = [self.describe(config), *(f" {DOT} ".join(filter(None, parts)) for parts in shorter)]
        return list(dict.fromkeys(wordings))

    def describe_time(self, config: RunConfig) -> str:
        """Return "about 4 min here", or "about 4 min on 2 cores" before anything ran here; "" if it is not known."""
        if not length.deciding_setting(config):
            return length.UNTIL_STOPPED
        estimate = self.speeds.estimate(config, self._count_pictures(config.data.name))
        if (estimate is None or not estimate.is_measured_here) and config == self._model.config and self.estimate:
            measured = self.estimate.seconds
            estimate = Estimate(measured.seconds, True) if measured else estimate
        if estimate is None or estimate.seconds <= 0:
            return ""
        return f"about {format_duration(estimate.seconds)} {'here' if estimate.is_measured_here else 'on 2 cores'}"

    def pace(self) -> RunPace:
        """Return what is known about the pace of the open run, or of one with the settings as they are."""
        model, config = self._model, self._model.config
        count = self._count_pictures(config.data.name)
        per_epoch = model.started.batches_per_epoch if model.started else count // config.optimizer.batch_size
        speed = steps_per_second(model)
        if speed > 0:
            return RunPace(per_epoch, 1 / speed, model.step)
        in_epochs = length.deciding_setting(config) == "epochs"
        estimate = self.speeds.estimate(config, count) if in_epochs else None
        steps = config.epochs * rounds_for(per_epoch, config)
        return RunPace(per_epoch, estimate.seconds / steps if estimate and steps else 0.0, model.step)

    def record_speed(self) -> None:
        """Record how fast the open run trained, for later estimates."""
        model = self._model
        if model.started is None:
            return
        if self.speeds.record(model.config, model.started.device, _milliseconds_per_picture(model)):
            # Beside the window, which would wait for the disk; the program's end waits for it.
            threading.Thread(target=self.speeds.write, name="speeds").start()

    def _count_pictures(self, name: str) -> int:
        info = self._model.datasets.look_up(name)
        return info.count if info is not None else 0

    def _describe_data(self, name: str) -> str:
        """Return "MNIST, built in" or "Fashion-MNIST, 31 MB to download"."""
        info = self._model.datasets.look_up(name)
        return f"{info.title}, {_availability(self._model.datasets[name])}" if info is not None else name

    def _describe_state(self, name: str) -> str:
        """Return "31 MB to download" or "data built in"."""
        if self._model.datasets.look_up(name) is None:
            return ""
        state = self._model.datasets[name]
        text = _availability(state)
        return text if state.state == Availability.DOWNLOADABLE else f"data {text}"


def describe_dataset(state: catalog.DatasetState) -> str:
    """Return "60,000 28x28, ready"."""
    info = state.info
    colour = {1: "", 3: ", colour"}.get(info.channels, ", transparency")
    return f"{info.count:,} {info.height}x{info.width}{colour}, {state.state.short}"


def _availability(state: catalog.DatasetState) -> str:
    if state.state == Availability.DOWNLOADABLE:
        return f"{state.info.download_bytes / 1e6:,.0f} MB to download"
    return state.state


def _milliseconds_per_picture(model: RunModel) -> float:
    """Return the training time of a picture; 0 while that is not known."""
    history, started = model.history, model.started
    if started is None or len(history) < 2:
        return 0.0
    seconds, epochs = history.column("seconds"), history.column("epoch")
    passed, pictures = seconds[-1] - seconds[0], (epochs[-1] - epochs[0]) * started.data_count
    return float(1000 * passed / pictures) if passed >= MIN_SECONDS and pictures > 0 else 0.0
