"""The link manifest: what a revision's words became when they were voiced, so that everyone later means the same thing."""

from dataclasses import dataclass, field

from render.timeline.spoken import SpokenTimes


@dataclass(frozen=True, slots=True)
class SpokenBlock:
    """One voiced block: the digest of its sound (empty where nothing has been voiced) and its times."""

    block_id: str
    speech_digest: str
    times: SpokenTimes


@dataclass(frozen=True, slots=True)
class LinkManifest:
    """Speech of one (revision, language), by block id. `engines` names each engine with its version.

    `media_durations` are ticks by asset digest, for the assets whose length is known.
    """

    language: str
    blocks: dict[str, SpokenBlock] = field(default_factory=dict)
    engines: tuple[str, ...] = ()
    media_durations: dict[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every block has its real sound."""
        return not any(block.times.estimated for block in self.blocks.values())
