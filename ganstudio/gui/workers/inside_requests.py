"""Requests to the sampling thread about the inside of networks; torch is imported when one is served, not before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ganstudio.config import RunConfig
from ganstudio.errors import StudioError
from ganstudio.gui.workers.sample_requests import Mix, Noise, SamplerCache
from ganstudio.images import Pictures
from ganstudio.latent.channel_edit import Edit
from ganstudio.latent.sums import Sums, Values

if TYPE_CHECKING:
    from ganstudio.latent.inside import Seen
    from ganstudio.latent.models import Model
    from ganstudio.latent.push import Push
    from ganstudio.networks.inside.blueprint import Blueprint
    from ganstudio.networks.inside.structure import Place


@dataclass(frozen=True)
class Drawn:
    """The structure of the networks that settings describe."""

    config: RunConfig
    blueprint: "Blueprint"


@dataclass(frozen=True)
class BlueprintRequest:
    """Request for the structure of the networks that `config` describes, with the number of classes it needs."""

    config: RunConfig
    in_parts = False

    def results(self, cache: SamplerCache) -> Iterator[Drawn]:
        """Build them without weights, and call their modules."""
        from ganstudio.networks.inside import blueprint

        yield Drawn(self.config, blueprint.draw(self.config))


@dataclass(frozen=True, eq=False)
class Looked:
    """What a layer makes, and the request that it answers."""

    request: "LookRequest"
    seen: "Seen"


@dataclass(frozen=True, eq=False)
class LookRequest:
    """Request to look at what a layer makes.

    Parameters
    ----------
    model : Model
        Whose networks.
    is_generator : bool
        Whether the layer is one of G, not of D.
    place : Place
        The layer.
    z : ndarray of float32
        (1, z_size), with truncation.
    mix : ndarray of float32, optional
        (1, classes) shares of classes.
    picture : ndarray of uint8, optional
        What D judges, (1, H, W) or (1, H, W, C); what G makes of z if there is none.
    channels : tuple of int or int
        Which channels; a number: so many, the strongest first.
    edits : tuple of Edit
        Changes of channels.
    """

    model: "Model"
    is_generator: bool
    place: "Place"
    z: Noise
    mix: Mix | None
    picture: Pictures | None
    channels: tuple[int, ...] | int
    edits: tuple[Edit, ...] = ()
    in_parts = False

    def results(self, cache: SamplerCache) -> Iterator[Looked]:
        """Call the networks."""
        from ganstudio.latent import inside

        sampler = cache.sampler(self.model)
        if self.is_generator:
            yield Looked(
                self,
                inside.look_into_generator(sampler, self.place, self.z, self.mix, self.channels, self.edits),
            )
            return
        seen = inside.look_into_discriminator(
            sampler, self.place, self.z, self.mix, self.picture, self.channels, self.edits
        )
        yield Looked(self, seen)


@dataclass(frozen=True, eq=False)
class Summed:
    """What the sums of a convolution are made of, and the request that it answers."""

    request: "SumsRequest"
    sums: Sums


@dataclass(frozen=True, eq=False)
class SumsRequest:
    """Request for what the sums of a convolution are made of.

    Parameters
    ----------
    model, is_generator, place, z, mix, picture
        As in `LookRequest`.
    output : int
        Number of the output map.
    taken : int, optional
        Number of the input map; the one that adds most if there is none.
    """

    model: "Model"
    is_generator: bool
    place: "Place"
    z: Noise
    mix: Mix | None
    picture: Pictures | None
    output: int
    taken: int | None
    in_parts = False

    def with_taken(self, taken: int) -> "SumsRequest":
        """Return the same request for a certain input map."""
        return replace(self, taken=taken)

    def results(self, cache: SamplerCache) -> Iterator[Summed]:
        """Call the networks."""
        from ganstudio.latent import inside

        sampler = cache.sampler(self.model)
        sums = inside.look_into_sums(
            sampler, self.is_generator, self.place, self.z, self.mix, self.picture, self.output, self.taken
        )
        yield Summed(self, sums)


@dataclass(frozen=True, eq=False)
class Pushed:
    """Where G's loss pushes a picture, and the request that it answers."""

    request: "PushRequest"
    push: "Push"


@dataclass(frozen=True, eq=False)
class PushRequest:
    """Request for what would make D call a picture more real.

    Parameters
    ----------
    model, z, mix, picture
        As in `LookRequest`.
    levels : float
        Length of the step in that direction, grey levels.
    """

    model: "Model"
    z: Noise
    mix: Mix | None
    picture: Pictures | None
    levels: float
    in_parts = False

    def results(self, cache: SamplerCache) -> Iterator[Pushed]:
        """Differentiate G's loss."""
        from ganstudio.latent import push

        sampler = cache.sampler(self.model)
        yield Pushed(self, push.find_push(sampler, self.z, self.mix, self.picture, self.levels))


@dataclass(frozen=True, eq=False)
class Step:
    """What a channel made at a step of the run: see `Seen`."""

    step: int
    values: Values
    picture: Pictures
    chance: float | None


@dataclass(frozen=True, eq=False)
class Steps:
    """What a channel made at the first steps that were asked for.

    `missing` snapshots among these could not be read: a run deletes old ones where they take too much room.
    """

    request: "StepsRequest"
    steps: tuple[Step, ...]
    missing: int = 0


@dataclass(frozen=True, eq=False)
class StepsRequest:
    """Request for what one channel makes of the same input at several steps of a run, in parts.

    Parameters
    ----------
    models : tuple of Model
        The networks at these steps, in order. They are not kept in memory.
    is_generator, place, z, mix, picture
        As in `LookRequest`.
    channel : int
        Number of the channel.
    """

    models: "tuple[Model, ...]"
    is_generator: bool
    place: "Place"
    z: Noise
    mix: Mix | None
    picture: Pictures | None
    channel: int
    in_parts = True

    def results(self, cache: SamplerCache) -> Iterator[Steps]:
        """Load one snapshot after the other, and call its networks."""
        steps: tuple[Step, ...] = ()
        problem: StudioError | OSError | None = None
        for count, model in enumerate(self.models, 1):
            try:
                steps = (*steps, self._look(model))
            except (StudioError, OSError) as error:
                problem = error
            if steps:
                yield Steps(self, steps, count - len(steps))
        if problem is not None and not steps:
            raise problem

    def _look(self, model: "Model") -> Step:
        from ganstudio.latent import inside
        from ganstudio.latent.sampler import Sampler

        sampler, channels = Sampler.from_model(model), (self.channel,)
        if self.is_generator:
            seen = inside.look_into_generator(sampler, self.place, self.z, self.mix, channels)
        else:
            seen = inside.look_into_discriminator(sampler, self.place, self.z, self.mix, self.picture, channels)
        return Step(model.step, seen.maps[0], seen.picture, seen.chance)
