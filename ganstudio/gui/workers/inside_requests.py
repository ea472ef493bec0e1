"""Requests to the sampling thread about the inside of networks; torch is imported when one is served, not before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.config import RunConfig
from ganstudio.gui.workers.sample_requests import SamplerCache

if TYPE_CHECKING:
    from ganstudio.networks.inside.blueprint import Blueprint


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
