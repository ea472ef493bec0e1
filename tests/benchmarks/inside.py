"""Measure what a look inside the networks costs, in milliseconds of processor time of the thread that answers.

    python tests/benchmarks/inside.py [--preset mnist-quick --preset mnist-dcgan]

For each preset: the structure of both networks (of the first settings, which also imports what is needed, and of
others), the maps of the most expensive layer of G and of D, the sums of a convolution, and one channel at 16 steps.
Beside them a picture of the explorer, which each move of a slider costs anyway.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from ganstudio import config as cfg
from ganstudio import networks, presets
from ganstudio.config import RunConfig
from ganstudio.gui.workers.inside_requests import LookRequest, StepsRequest, SumsRequest
from ganstudio.gui.workers.sample_requests import SamplerCache
from ganstudio.latent.models import Model
from ganstudio.latent.paths import noise
from ganstudio.networks.inside import blueprint
from ganstudio.networks.inside.structure import Layer, Network
from ganstudio.runs import checkpoint
from ganstudio.training.device.hardware import describe_processor
from ganstudio.training.state import discriminator_weights, half_precision_weights

PRESETS = ("mnist-quick", "mnist-dcgan", "gan-2014", "lab-ring-8")
REPEATS = 20
STEPS = 16
MAPS = 32


def measure(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return milliseconds of processor time of this thread, on average."""
    work()
    began = time.thread_time()
    for _ in range(repeats):
        work()
    return (time.thread_time() - began) / repeats * 1e3


def save(config: RunConfig, path: Path) -> Model:
    """Write a snapshot of random networks."""
    rng = torch.Generator().manual_seed(0)
    G, D = networks.generator(config, rng), networks.discriminator(config, rng)
    judge, about = discriminator_weights(D, 0.0)
    checkpoint.save_snapshot(path, half_precision_weights(G) | judge, about | {"step": 1})
    return Model("benchmark", path, config, 1, "benchmark")


def most_expensive(network: Network) -> Layer:
    """Return the layer with most multiplications."""
    return max(network.layers, key=lambda layer: layer.products)


def report(name: str, folder: Path) -> None:
    """Measure and print one preset."""
    config = cfg.change(presets.load(name).config, "engine.device", "cpu")
    began = time.thread_time()
    drawn = blueprint.draw(config)
    first = (time.thread_time() - began) * 1e3
    others = iter(range(1, 1000))
    again = measure(lambda: blueprint.draw(cfg.change(config, "network.modes", next(others))), 5)
    model, cache, z = save(config, folder / name), SamplerCache(), noise(1, config.network.z_size, 0)
    sampler = cache.sampler(model)
    picture = measure(lambda: sampler.sample(z))
    print(f"{name}: structure {first:.0f} ms at first, {again:.1f} ms for other settings; a picture {picture:.2f} ms")
    for is_generator, network in ((True, drawn.G), (False, drawn.D)):
        layer = most_expensive(network)
        look = LookRequest(model, is_generator, layer.place, z, None, None, MAPS)
        words = [f"maps {measure(lambda look=look: list(look.results(cache))):.2f} ms"]  # type: ignore[misc]
        if layer.sums:
            sums = SumsRequest(model, is_generator, layer.place, z, None, None, 0, None)
            words.append(f"sums {measure(lambda sums=sums: list(sums.results(cache))):.2f} ms")  # type: ignore[misc]
        steps = StepsRequest((model,) * STEPS, is_generator, layer.place, z, None, None, 0)
        words.append(f"{STEPS} steps {measure(lambda steps=steps: list(steps.results(cache)), 2):.0f} ms")  # type: ignore[misc]
        print(f"  {'G' if is_generator else 'D'}, {layer.words.title}: {', '.join(words)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", action="append", help="a preset; several are possible")
    chosen = parser.parse_args().preset or PRESETS
    torch.set_num_threads(1)
    print(f"{describe_processor()}, float32, one thread")
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            report(name, Path(folder))


if __name__ == "__main__":
    main()
