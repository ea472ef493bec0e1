"""The batches of a run, as its settings say."""

import torch

from ganstudio.config import RunConfig
from ganstudio.data.batches import Batches
from ganstudio.data.catalog import Dataset
from ganstudio.training import seeds
from ganstudio.training.distributed.world import World


def batches(settings: RunConfig, dataset: Dataset, device: torch.device, world: World) -> Batches:
    """Endless shuffled batches; of each, the rows that are this process's."""
    return Batches(
        dataset,
        settings.optimizer.batch_size,
        device,
        seeds.number(settings.seed, "batches"),
        rank=world.rank,
        world=world.size,
        limit=settings.engine.data_limit,
        labels=settings.network.conditional,
    )
