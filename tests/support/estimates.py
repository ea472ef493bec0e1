"""An estimate of a run, made up."""

from ganstudio import config as cfg
from ganstudio.training.estimates.estimate import Estimate
from ganstudio.training.estimates.memory import Memory
from ganstudio.training.estimates.simulation import Simulated, Work
from ganstudio.training.estimates.timing import Forecast

WORK = Work(1e9, 1e9, 100)


def make_estimate(config: cfg.RunConfig, gigabytes: float, free: float = 8.0) -> Estimate:
    """Return an estimate of a run that needs so much beside Python and PyTorch, and trains 36,000 rounds of 0.1 s."""
    return Estimate(
        config=config,
        simulated=Simulated(20_000, 10_000, 10**7, 10**8, 0, 0, WORK, WORK, WORK),
        memory=Memory(240_000_000, 47_000_000, 10**7, int(gigabytes * 1e9) - 57_000_000, 0, 0),
        free=int(free * 1e9),
        free_on_device=0,
        round=Forecast(0.1, 1.25),
        rounds=36_000,
        images_per_round=32.0,
    )
