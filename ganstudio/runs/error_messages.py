"""What went wrong, in a sentence, and what to do about it."""

import gc

import torch

from ganstudio import config as cfg
from ganstudio.errors import StudioError

_NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory")  # as PyTorch's allocators put it
_SMALLEST_BATCH = 2


def sentence(error: Exception, config: cfg.RunConfig, step: int) -> str:
    """What a person should read about an error that ended training at `step`."""
    if isinstance(error, StudioError):
        return str(error)
    if is_out_of_memory(error):
        return out_of_memory(config)
    return f"An error ended training at step {step:,}. {type(error).__name__}: {error}"


def is_out_of_memory(error: Exception) -> bool:
    """Whether memory ran out, on the device or in the computer."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _NO_MEMORY)


def out_of_memory(config: cfg.RunConfig) -> str:
    """The sentence on memory that ran out, with settings that need less."""
    size, width = config.optimizer.batch_size, config.network.width
    advice = f"a batch size of {size // 2}"
    if size // 2 < _SMALLEST_BATCH:
        advice = f"a width of {width // 2}"
    return f"There is not enough memory for batches of {size} pictures on {config.engine.device}. Try {advice}."


def free_memory() -> None:
    """Give back what nothing refers to any more."""
    gc.collect()
    torch.cuda.empty_cache()  # does nothing where CUDA was not used
