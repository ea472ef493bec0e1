"""Measure float32 training with direct convolutions and with Winograd's algorithm, beside a tutorial loop.

    python tests/benchmarks/convolutions.py [--size 64] [--batch 64] [--rounds 6] [--threads 2] [--instructions avx2]

The DCGAN pair of width 64 on colour pictures, as in PyTorch's own example at 64x64; the tutorial loop is
`ganstudio.benchmark.plain_loop` without its data loader. All three train in turn, so that they are affected alike when
the machine gets faster or slower. `--instructions avx2` lets the libraries use no more than AVX2 has, as on most
laptops. Prints one JSON line: pictures per second, medians, and the medians of the ratios to direct convolutions and
to the tutorial loop.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable

AVX2 = {"ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
CHANNELS = 3
WIDTH = 64
PICTURES = 512


def rounds(size: int, batch: int, threads: int) -> dict[str, Callable[[], object]]:
    """Return a function for each way of training that trains one round."""
    import numpy as np
    import torch

    from ganstudio import config as cfg
    from ganstudio import process
    from ganstudio.benchmark.plain_loop import Loop, Task
    from ganstudio.data.catalog import Dataset, find
    from ganstudio.training.trainer import Trainer

    pixels = np.random.default_rng(0).integers(0, 256, (PICTURES, size, size, CHANNELS), dtype=np.uint8)
    dataset = Dataset(find("digits"), pixels, np.zeros(PICTURES, np.uint8))
    ways: dict[str, Callable[[], object]] = {}
    for algorithm in ("direct", "winograd"):
        config = cfg.RunConfig()
        settings = {
            "data.size": size,
            "data.channels": CHANNELS,
            "network.width": WIDTH,
            "optimizer.batch_size": batch,
            "engine.device": "cpu",
            "engine.precision": "float32",
            "engine.threads": threads,
            "engine.convolution": algorithm,
        }
        for name, value in settings.items():
            config = cfg.change(config, name, value)
        ways[algorithm] = Trainer(config, dataset, configure=process.configure).round
    loop = Loop(Task("digits", size, CHANNELS, WIDTH, config.network.z_size, batch, threads=threads))
    pictures = torch.rand(batch, CHANNELS, size, size) * 2 - 1
    ways["tutorial"] = lambda: loop.step(pictures)
    return ways


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--instructions", choices=["native", "avx2"], default="native")
    args = parser.parse_args()
    if args.instructions == "avx2" and any(os.environ.get(name) != value for name, value in AVX2.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **AVX2})  # read when torch is loaded
    import torch

    from ganstudio.training.device.hardware import device_name

    ways = rounds(args.size, args.batch, args.threads)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(args.rounds + 1):
        for name, train in ways.items():
            begun = time.perf_counter()
            train()
            if turn:  # the first one warms up
                seconds[name].append(time.perf_counter() - begun)

    def ratio(slow: str, fast: str) -> float:
        pairs = zip(seconds[slow], seconds[fast], strict=True)
        return round(statistics.median(one / other for one, other in pairs), 3)

    report = {
        "processor": device_name(torch.device("cpu")),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "size": args.size,
        "pictures_per_second": {name: round(args.batch / statistics.median(each), 1) for name, each in seconds.items()},
        "winograd_to_direct": ratio("direct", "winograd"),
        "direct_to_tutorial": ratio("tutorial", "direct"),
        "winograd_to_tutorial": ratio("tutorial", "winograd"),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
