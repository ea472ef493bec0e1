"""One core for what is computed beside training."""

import threading

_taking = threading.Lock()  # one at a time: another thread would take that 1 for the old number


def take_one_core() -> None:
    """Let the calling thread, and no other, compute with one core: the others are training's.

    `torch.set_num_threads` binds the calling thread, but also every thread that is born later, training's among them;
    so a thread that lives for a moment puts the old number back for those.
    """
    import torch

    with _taking:
        others = torch.get_num_threads()
        torch.set_num_threads(1)
        restorer = threading.Thread(target=torch.set_num_threads, args=(others,))
        restorer.start()
        restorer.join()
