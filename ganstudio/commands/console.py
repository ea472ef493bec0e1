"""What a run prints: on a terminal a bar with lines above it, elsewhere plain lines."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable

from tqdm import tqdm

from ganstudio import length
from ganstudio.events import Event, Failed, Finished, Marked, MarkKind, Measured, Samples, Started, Tick
from ganstudio.runs.point_figures import point_figures, real_figures

PLAIN_INTERVAL = 10.0  # seconds between two lines of progress where there is no terminal


class Console:
    """Prints the events of a run; `handle` takes each of them.

    Parameters
    ----------
    bar
        Show a progress bar on stderr; None: if stderr is a terminal. Lines go to stdout.
    now
        Clock in seconds, for the interval of plain lines.
    """

    def __init__(self, bar: bool | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._has_bar = sys.stderr.isatty() if bar is None else bar
        self._bar: tqdm[None] | None = None
        self._now = now
        self._printed_at = now()
        self._started: Started | None = None
        self._last_epoch: deque[Tick] = deque()  # ticks of the last epoch

    def say(self, line: str) -> None:
        """Print a line; a bar stays below it."""
        if self._bar is None:
            print(line, flush=True)
        else:
            self._bar.write(line, file=sys.stdout)
            sys.stdout.flush()

    def handle(self, event: Event) -> None:
        """Print what there is to say about one event."""
        match event:
            case Started():
                self._start(event)
            case Tick():
                self._tick(event)
            case Samples(kept=True) if event.step > 0:
                self._report(event)
            case Measured():
                self.say(measures(event))
            case Marked(kind=MarkKind.WARNING | MarkKind.RESUME | MarkKind.THREADS):
                self.say(event.text)
            case Finished() | Failed():
                self.close()

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _start(self, event: Started) -> None:
        self._started = event
        whole = (
            length.describe_amount("steps", event.total_steps) if event.total_steps else length.describe(event.config)
        )
        if event.measured:
            self.say(event.measured)
        many = f" in {event.config.engine.processes} processes" if event.config.engine.processes > 1 else ""
        kept = f" ({event.held_out:,} of them kept back, to adapt the augmentation by)" if event.held_out else ""
        noun = "points" if event.config.makes_points else "pictures"
        self.say(
            f"Training on {event.device}{many} ({event.hardware}, {event.precision}): {event.data_count:,} {noun}"
            f"{kept}, G {event.g_parameters:,} and D {event.d_parameters:,} parameters, {whole}."
        )
        if self._has_bar:
            tqdm.monitor_interval = 0  # no thread to watch over the bar
            self._bar = tqdm(
                total=event.total_steps or None, initial=event.step, unit="step", dynamic_ncols=True, file=sys.stderr
            )

    def _tick(self, tick: Tick) -> None:
        self._last_epoch.append(tick)
        while self._last_epoch[0].epoch <= tick.epoch - 1:
            self._last_epoch.popleft()
        if self._bar is not None:
            self._bar.set_postfix_str(progress(tick), refresh=False)
            self._bar.update(tick.step - self._bar.n)
        elif self._now() - self._printed_at >= PLAIN_INTERVAL:
            self._printed_at = self._now()
            self.say(f"step {tick.step:,}{self._of_total()}  {progress(tick)}")

    def _of_total(self) -> str:
        return f" of {self._started.total_steps:,}" if self._started and self._started.total_steps else ""

    def _report(self, event: Samples) -> None:
        """Print D's accuracy over the last epoch."""
        self.say(f"epoch {event.epoch:.4g}  {accuracy(self._last_epoch)}")


def progress(tick: Tick) -> str:
    """Return the figures beside a bar: "epoch 3.20  D 1.105  G 0.982  2,310 pictures/s"."""
    parts = [f"epoch {tick.epoch:.2f}"]
    parts += [f"{name} {loss:.3f}" for name, loss in (("D", tick.d_loss), ("G", tick.g_loss)) if loss is not None]
    if tick.images_per_second is not None:
        parts.append(f"{tick.images_per_second:,.0f} pictures/s")
    return "  ".join(parts)


def measures(event: Measured) -> str:
    """Return a measurement as a line; its duration is not part of the training time."""
    if figures := point_figures(event):
        basis = f"({event.count:,} points, {real_figures(event)}, {event.seconds:.1f} s)"
        return "  ".join((f"epoch {event.epoch:.4g}", *figures, basis))
    parts = [
        f"epoch {event.epoch:.4g}  FCD {event.fcd:.4g}",
        f"precision {event.precision:.2f}",
        f"recall {event.recall:.2f}",
        f"coverage {event.coverage:.2f}",
        f"({event.count:,} pictures, {event.features}, {event.seconds:.1f} s)",
    ]
    return "  ".join(parts)


def accuracy(ticks: Iterable[Tick]) -> str:
    """Return D's accuracy in percent: the mean over the ticks in which D was trained."""
    shares = [
        (tick.d_acc_real, tick.d_acc_fake, tick.d_acc)
        for tick in ticks
        if tick.d_acc_real is not None and tick.d_acc_fake is not None and tick.d_acc is not None
    ]
    if not shares:
        return "D was not trained in this period"
    real, fake, both = (100 * sum(column) / len(shares) for column in zip(*shares, strict=True))
    return f"D accuracy: real {real:.1f} %, fake {fake:.1f} %, both {both:.1f} %"
