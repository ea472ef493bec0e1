"""oneDNN, the library by which PyTorch computes convolutions on a CPU."""

import os

VARIABLE = "ONEDNN_PRIMITIVE_CACHE_CAPACITY"  # read once, when the first convolution is computed
_PRIMITIVES = 400


def limit_cache() -> None:
    """Let oneDNN keep fewer of the functions that it compiles, unless the user says how many; to call before training.

    It compiles one for each shape that it meets, and keeps 1,024 of them. A run was seen to need 60 to 190, with its
    window 200: where many networks were trained with batches of many sizes, most are of runs that were left long ago.
    """
    os.environ.setdefault(VARIABLE, str(_PRIMITIVES))
