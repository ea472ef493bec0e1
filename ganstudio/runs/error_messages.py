"""Sentences for the user on errors that end training, with what to do."""

import gc
from pathlib import Path

import torch

from ganstudio import config as cfg
from ganstudio.errors import RunError, StudioError, reason

_OUT_OF_MEMORY = ("out of memory", "not enough memory", "can't allocate memory")  # as PyTorch's allocators say it
_MIN_BATCH_SIZE = 2


def error_sentence(error: Exception, config: cfg.RunConfig, step: int) -> str:
    """Return what the user should read about an error that ended training at `step`."""
    if isinstance(error, StudioError):
        return str(error)
    if is_out_of_memory(error):
        return out_of_memory_sentence(config)
    return f"An error ended training at step {step:,}. {type(error).__name__}: {error}"


def is_out_of_memory(error: Exception) -> bool:
    """Return whether memory ran out, on the device or in the computer."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error).lower() for text in _OUT_OF_MEMORY)


def out_of_memory_sentence(config: cfg.RunConfig) -> str:
    """Return the sentence on memory that ran out, with a setting that needs less."""
    size, width = config.optimizer.batch_size, config.network.width
    advice = f"a batch size of {size // 2}"
    if size // 2 < _MIN_BATCH_SIZE:
        advice = f"a width of {width // 2}"
    return f"There is not enough memory for batches of {size} pictures on {config.engine.device}. Try {advice}."


def cannot_resume(run: Path, error: OSError) -> RunError:
    """Return the error that says which file keeps a run from being resumed."""
    return RunError(f"{error.filename or run} cannot be used to resume the run: {reason(error)}.")


def free_memory() -> None:
    """Free what nothing refers to any more.

    Where automatic garbage collection is off, the window collects, in its own thread: its widgets must not be destroyed
    in another.
    """
    if gc.isenabled():
        gc.collect()
    torch.cuda.empty_cache()  # does nothing if CUDA was not used
