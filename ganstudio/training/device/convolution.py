"""How strided convolutions are computed, measured at the start of a run if it leaves that open.

Winograd's algorithm (`networks.winograd`) gains where products are slow in comparison with memory: in float32 on the
CPU, above all on pictures of 64x64 and larger. Where it cannot gain, nothing is measured.
"""

import time
from collections.abc import Callable

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.stages import MEASURING_CONVOLUTIONS, StageCallback
from ganstudio.training.device import autotune_cache, load
from ganstudio.training.device.passes import checked, make_pass, threads_restored, time_pass_briefly, work_seconds

MIN_SIZE = 32  # pixels: on smaller pictures it was slower on all processors that were tried
MAX_PICTURES = 64  # in a measured pass: the work on weights, which is the same for any number, counts as in the run
MAX_TIME_FRACTION = 0.95  # of the direct algorithm's time: a smaller gain is not worth other bits


def choose(
    config: cfg.RunConfig, threads: int, tell: StageCallback, check: Callable[[], None] = lambda: None
) -> tuple[str, str]:
    """Return how convolutions are computed, and the measurement as text.

    Parameters
    ----------
    config
        Settings of the run; device and precision are resolved.
    threads
        With how many it computes.
    tell
        Called with the stage if something is measured.
    check
        Called before each pass that is measured.

    Returns
    -------
    algorithm
        "direct" or "winograd".
    text
        "" if nothing was measured.
    """
    engine = config.engine
    if engine.device != "cpu" or engine.precision != "float32":
        return "direct", ""
    if engine.convolution != "auto":
        return engine.convolution, ""
    if min(config.data.sides) < MIN_SIZE or not _has_strided_convolutions(config):
        return "direct", ""
    return _measure(config, threads, tell, check)


def guess(config: cfg.RunConfig, threads: int) -> str:
    """Return how convolutions will probably be computed: as they were measured, otherwise by what needs more memory.

    The parameters are the first of `choose`.
    """
    engine = config.engine
    if engine.device != "cpu" or engine.precision != "float32" or min(config.data.sides) < MIN_SIZE:
        return "direct"
    if not _has_strided_convolutions(config):
        return "direct"
    known = autotune_cache.load(_make_key(config, threads), autotune_cache.ConvolutionMeasurement)
    return known.convolution if known is not None else "winograd"


def _count_pictures(config: cfg.RunConfig) -> int:
    return min(MAX_PICTURES, config.optimizer.batch_size // config.engine.processes)


def _make_key(config: cfg.RunConfig, threads: int) -> str:
    return autotune_cache.make_key(config, threads, f"convolutions, {_count_pictures(config)} pictures")


def _measure(config: cfg.RunConfig, threads: int, tell: StageCallback, check: Callable[[], None]) -> tuple[str, str]:
    pictures, key = _count_pictures(config), _make_key(config, threads)
    known = autotune_cache.load(key, autotune_cache.ConvolutionMeasurement)
    if known is not None:
        return known.convolution, f"Measured on {known.day}: {known.words}"
    tell(MEASURING_CONVOLUTIONS)
    passes = [checked(make_pass(config, on, pictures), check) for on in (False, True)]
    before = load.read_usage()
    with threads_restored():
        direct, winograd = (time_pass_briefly(one, threads, "float32") for one in passes)
        if load.others_were_busy(before, load.read_usage()):
            direct, winograd = (work_seconds(one, "float32") for one in passes)
            algorithm, text = _fastest(direct, winograd, pictures)
            return algorithm, f"Measured as processor time, because other programs were busy: {text}"
    algorithm, text = _fastest(direct, winograd, pictures)
    measurement = autotune_cache.ConvolutionMeasurement(convolution=algorithm, words=text, at=time.time())
    autotune_cache.store(key, measurement)
    return algorithm, f"Measured: {text}"


def _fastest(direct: float, winograd: float, pictures: int) -> tuple[str, str]:
    """Return the faster algorithm, and the seconds of a pass with each of them as text."""
    text = (
        f"a pass of {pictures} pictures with direct convolutions {1000 * direct:.0f} ms, "
        f"with Winograd's algorithm {1000 * winograd:.0f} ms."
    )
    return "winograd" if winograd < MAX_TIME_FRACTION * direct else "direct", text


def _has_strided_convolutions(config: cfg.RunConfig) -> bool:
    return networks.use_winograd(networks.generator(config), False)
