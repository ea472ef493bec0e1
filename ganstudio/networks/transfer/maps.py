"""Transfer between networks of maps, each twice as large as the one before: `dcgan` and `resnet`."""

import math
from collections.abc import Mapping

import torch

from ganstudio.networks.base import Shape
from ganstudio.networks.transfer.adapting import (
    TAPS,
    adapt_channels,
    adapt_inputs,
    describe_channels,
    embed,
    from_taps,
    match_rows,
    resize_map,
    to_taps,
)
from ganstudio.networks.transfer.job import How, Job, Network, Weights, compare_sizes
from ganstudio.networks.transfer.places import Kind, Place, locate_layers
from ganstudio.networks.transfer.stages import find_stages, plain_stage, with_fresh_rows

_NEAREST = torch.tensor((0.0, 1.0, 1.0, 0.0))  # weights that repeat a pixel where a map is doubled
_LINEAR = torch.tensor((0.25, 0.75, 0.75, 0.25))  # weights that interpolate
_VECTORS = "projection.vectors.weight"


def choose_offset(old: tuple[int, int], new: tuple[int, int]) -> int:
    """Return the depth in the new network of the map that is about as large as the old one's smallest.

    Parameters
    ----------
    old, new
        Sides of the smallest maps.
    """
    return round(math.log2(math.sqrt(math.prod(old) / math.prod(new))))


class Maps:
    """Transfer of the layers of one network.

    Parameters
    ----------
    job
        What is read and made.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._old, self._new = (_locate(network, job.is_generator) for network in (job.old, job.new))
        self._before = self._count_features(self._old, job.before, job.old.shape)
        self._after = self._count_features(self._new, job.fresh, job.new.shape)
        self._offset = choose_offset(job.old.shape.base, job.new.shape.base)
        self._offset += min(
            0, len(self._after) - self._offset - len(self._before)
        )  # rather fewer small maps than large
        self._extra = len(self._after) - self._offset - len(self._before)  # maps that are larger than all old ones
        self._changes = self._find_changes()
        changing = {place.depth for place in self._new if place.kind in (Kind.CHANGE, Kind.CONV)}
        self._stages = find_stages(self._before, self._after, self._offset, self._changes, changing, job.is_generator)
        self._signed = 0  # features that hold the old picture and its negative, in the larger maps of a dcgan

    def transfer(self) -> None:
        """Make all weights."""
        makers = {
            Kind.CHANGE: self._transfer_change,
            Kind.BLOCK: self._transfer_block,
            Kind.CONV: self._transfer_conv,
            Kind.NORM: self._transfer_norm,
        }
        self._transfer_base()
        for place, name in self._new.items():
            if place.kind in makers:
                makers[place.kind](place, name)
        self._transfer_image()
        if not self._job.is_generator and _VECTORS in self._job.fresh:
            self._transfer_projection()

    @property
    def leaves_out(self) -> bool:
        """Whether the old network has smaller maps than the new one, which are left out."""
        return self._offset < 0

    # ---- what there is ----------------------------------------------------------------------------------------------

    def _count_features(self, places: Mapping[Place, str], weights: Weights, shape: Shape) -> list[int]:
        """Return the features of each map."""
        axis = 0 if self._job.is_generator else 1
        features = [weights[f"{places[Place(Kind.BASE)]}.weight"].shape[axis] // math.prod(shape.base)]
        for depth in range(1, shape.doublings):
            features.append(features[-1])
            for kind, larger in ((Kind.CONV, 1), (Kind.CHANGE, axis)):
                if (name := places.get(Place(kind, depth))) is not None:
                    features[-1] = weights[f"{name}.weight"].shape[larger]
        return features

    def _find_changes(self) -> dict[int, torch.Tensor]:
        """Return how features of the old network's maps are made of those of the next one; see `find_stages`."""
        found = {}
        for place, name in self._old.items():
            if place.kind is Kind.CHANGE:
                weight = self._job.before[f"{name}.weight"]
                found[place.depth] = weight if self._job.is_generator else weight.T
            elif place.kind is Kind.CONV:  # what it does to a map that is the same everywhere
                found[place.depth] = self._job.before[f"{name}.weight"].mean((2, 3)).T * TAPS
        return found

    def _change(self, depth: int) -> torch.Tensor:
        found = self._changes.get(depth)
        return torch.eye(self._before[depth], self._before[depth - 1]) if found is None else found

    def _source(self, place: Place) -> str:
        """Return the name of the old network's layer at the same place; "" if it has none."""
        return self._old.get(Place(place.kind, place.depth - self._offset), "")

    # ---- the smallest map -------------------------------------------------------------------------------------------

    def _transfer_base(self) -> None:
        job, stage = self._job, self._stages[0]
        source, name = (f"{places[Place(Kind.BASE)]}.weight" for places in (self._old, self._new))
        before = job.before[source].reshape(*job.old.shape.base, self._before[0], -1)  # of a D, the last one is 1
        fresh = job.fresh[name].reshape(*job.new.shape.base, self._after[0], -1)
        if job.is_generator:
            made = adapt_inputs(self._at_smallest(before), job.old.shape, job.new.shape)
            made = torch.einsum("nf,hwfi->hwni", stage.write, made)
            made[:, :, stage.first_new :] = fresh[:, :, stage.first_new :]
        else:
            made = torch.einsum("fn,hwfi->hwni", stage.read, self._at_smallest(before)) * self._share
        job.put(name, made, source, *self._describe_base(before, fresh))

    def _transfer_projection(self) -> None:
        job = self._job
        if _VECTORS not in job.before:
            job.put_silent(_VECTORS)
            return
        maps = job.before[_VECTORS].reshape(-1, self._before[0], *job.old.shape.base).permute(2, 3, 1, 0)
        made = torch.einsum("fn,hwfi->hwni", self._stages[0].read, self._at_smallest(maps)) * self._share
        vectors = match_rows(made.permute(3, 2, 0, 1).flatten(1), job.matches, job.fresh[_VECTORS])
        fresh = torch.empty(*job.new.shape.base, self._after[0], len(vectors))
        job.put(_VECTORS, vectors, _VECTORS, *self._describe_base(maps, fresh))

    def _at_smallest(self, maps: torch.Tensor) -> torch.Tensor:
        """Return weights (h, w, features, ...) at the old smallest map for the new one, with the old one's features."""
        for depth in range(1, 1 - self._offset):
            maps = torch.einsum("of,hwfi->hwoi", self._change(depth), maps)
        return resize_map(maps, self._job.new.shape.base)

    @property
    def _share(self) -> float:
        """What weights of a sum over the smallest map are multiplied by, so that the sum stays as large."""
        return math.prod(self._job.old.shape.base) / math.prod(self._job.new.shape.base)

    def _describe_base(self, before: torch.Tensor, after: torch.Tensor) -> list[How]:
        sizes = compare_sizes(before.shape[2:], after.shape[2:])
        return [*sizes, *[How.RESIZED] * (before.shape[:2] != after.shape[:2]), *[How.COMBINED] * (self._offset < 0)]

    # ---- between ----------------------------------------------------------------------------------------------------

    def _transfer_change(self, place: Place, layer: str) -> None:
        job, name, source = self._job, f"{layer}.weight", f"{self._source(place)}.weight"
        smaller, larger = self._stages[place.depth - 1], self._stages[place.depth]
        before, after = (smaller, larger) if job.is_generator else (larger, smaller)
        has_source = source in job.before
        change = job.before[source] if has_source else torch.eye(after.write.shape[1], len(before.read))
        made = with_fresh_rows(after.write @ change @ before.read, job.fresh[name], after.first_new)
        if has_source:
            job.put(name, made, source, *compare_sizes(change.shape, made.shape))
        else:
            job.put_passing(name, made)

    def _transfer_block(self, place: Place, name: str) -> None:
        job, stage = self._job, self._stages[place.depth]
        if not (source := self._source(place)):
            return  # by its initialisation it is the identity
        first, last = job.before[f"{source}.first.weight"], job.before[f"{source}.last.weight"]
        hidden = plain_stage(len(first), len(job.fresh[f"{name}.first.weight"]))
        made = torch.einsum("ho,ofxy,fn->hnxy", hidden.write, first, stage.read)
        made = with_fresh_rows(made, job.fresh[f"{name}.first.weight"], hidden.first_new)
        job.put(f"{name}.first.weight", made, f"{source}.first.weight", *compare_sizes(first.shape, made.shape))
        self._transfer_vector(f"{name}.first.bias", f"{source}.first.bias")
        made = torch.einsum("nf,foxy,oh->nhxy", stage.write, last, hidden.read)
        made = with_fresh_rows(made, job.fresh[f"{name}.last.weight"], stage.first_new)
        job.put(f"{name}.last.weight", made, f"{source}.last.weight", *compare_sizes(last.shape, made.shape))

    def _transfer_vector(self, name: str, source: str) -> None:
        """Make numbers by feature, where both networks have them."""
        job = self._job
        if name in job.fresh and source in job.before:
            old, made = job.before[source], job.fresh[name].clone()
            count = min(len(old), len(made))
            made[:count] = old[:count]
            job.put(name, made, source, *compare_sizes(old.shape, made.shape))

    def _transfer_conv(self, place: Place, layer: str) -> None:
        job, source = self._job, self._source(place)
        name, outputs = f"{layer}.weight", 1 if job.is_generator else 0
        if source:
            old, made = job.before[f"{source}.weight"], embed(job.before[f"{source}.weight"], job.fresh[name], outputs)
            job.put(name, made, f"{source}.weight", *compare_sizes(old.shape, made.shape))
            self._transfer_vector(f"{layer}.bias", f"{source}.bias")
        elif self._can_hold_picture(place, job.fresh[name]):
            taps, image = self._adapt_image()
            pair = torch.cat((taps, -taps), 2).permute(3, 2, 0, 1)
            self._signed = pair.shape[1]
            made = embed(pair, job.fresh[name], outputs)
            job.put(name, made, image, *compare_sizes(pair.shape, made.shape))
        else:
            count = self._signed or len(self._stages[place.depth].read)
            taps = _NEAREST.outer(_NEAREST) / (1 if job.is_generator else TAPS)
            job.put_passing(name, embed(torch.eye(count)[:, :, None, None] * taps, job.fresh[name], outputs))

    def _can_hold_picture(self, place: Place, fresh: torch.Tensor) -> bool:
        """Return whether the first larger map of a G can hold the old picture and its negative.

        Rectified, the two have all of it, so that twice as large a picture is the old one exactly.
        """
        is_first = place.depth - self._offset == len(self._before)
        return self._job.is_generator and is_first and fresh.shape[1] >= 2 * self._job.new.channels

    def _transfer_norm(self, place: Place, name: str) -> None:
        job = self._job
        if source := self._source(place):
            for part in ("weight", "bias", "running_mean", "running_var"):
                self._transfer_vector(f"{name}.{part}", f"{source}.{part}")
            tracked = "num_batches_tracked"
            job.put(f"{name}.{tracked}", job.before[f"{source}.{tracked}"], f"{source}.{tracked}")
        elif job.is_generator:
            job.put_passing(f"{name}.weight", torch.ones_like(job.fresh[f"{name}.weight"]))
            job.put_passing(f"{name}.bias", torch.zeros_like(job.fresh[f"{name}.bias"]))
            job.identities.append(name)

    # ---- pictures ---------------------------------------------------------------------------------------------------

    def _transfer_image(self) -> None:
        job, name = self._job, f"{self._new[Place(Kind.IMAGE)]}.weight"
        if self._signed:
            job.put_passing(name, from_taps(_repeat_signed(self._signed, self._after[-1])))
            return
        if job.old.pictures != job.new.pictures:
            return
        taps, source = self._adapt_image()
        how, outer = describe_channels(job.old, job.new), self._stages[-1]
        if self._extra and job.is_generator:
            taps, how = _soften(taps), [*how, How.RESIZED]
        made = taps @ (outer.read if job.is_generator else outer.write.T)
        how = [*how, *compare_sizes((taps.shape[3],), (made.shape[3],))]
        if job.is_generator:
            job.put(name, from_taps(made), source, *how)
        else:
            job.put(name, with_fresh_rows(from_taps(made).T, job.fresh[name], outer.first_new), source, *how)

    def _adapt_image(self) -> tuple[torch.Tensor, str]:
        """Return the old layer at the picture as (4, 4, new channels, old features), and its name."""
        job, name = self._job, f"{self._old[Place(Kind.IMAGE)]}.weight"
        weight = job.before[name] if job.is_generator else job.before[name].T  # (16 channels, features)
        taps = to_taps(weight, job.old.shape.channels)
        return adapt_channels(taps, 2, job.old, job.new, job.is_generator), name


def _locate(network: Network, is_generator: bool) -> dict[Place, str]:
    layers = network.layers
    assert layers is not None, "built-in networks have a row of layers"
    places = locate_layers(layers, network.shape.doublings, is_generator)
    return {place: f"layers.{name}" for place, name in places.items()}


def _soften(taps: torch.Tensor) -> torch.Tensor:
    """Return the layer that makes a picture of features at another scale: each gives its mean colour, interpolated."""
    return _LINEAR.outer(_LINEAR)[:, :, None, None] * taps.sum((0, 1)) / TAPS


def _repeat_signed(signed: int, features: int) -> torch.Tensor:
    """Return the layer (4, 4, channels, features) that makes twice as large a picture of one and its negative."""
    half = torch.eye(signed // 2)
    made = torch.zeros(TAPS, TAPS, signed // 2, features)
    made[..., :signed] = _NEAREST.outer(_NEAREST)[:, :, None, None] * torch.cat((half, -half), 1)
    return made
