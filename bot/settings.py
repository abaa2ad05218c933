"""The settings of the bot: those of the rooms below, and Discord's."""

from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from retrieval.settings import LIBRARY_NAME, Settings

OWN = "guild-"  # what the name of a server's own library begins with
NONE = "none"  # written where nothing is meant: an empty value counts as not set


class BotSettings(Settings):
    """What a person may choose for the `clippings` command; the fields begin with `discord_`."""

    discord_token: SecretStr | None = Field(
        default=None,
        description="The bot's token from the Discord developer portal: docs/discord.md shows the "
        "way. Whoever has it speaks as your bot.",
    )
    discord_shared: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="The libraries that every Discord server and direct message may ask, with "
        "commas between. A server asks its own library besides. none: each server fills its own.",
    )
    discord_workers: int = Field(
        default=2, ge=1, le=64, description="Discord: how many questions are answered at a time."
    )
    discord_queue: int = Field(
        default=100,
        ge=0,
        le=10_000,
        description="Discord: how many questions may wait; one more is told to come back later.",
    )
    discord_deadline: int = Field(
        default=120,
        ge=1,
        le=840,
        description="Discord: seconds until a question is given up, waiting included.",
    )
    discord_user_limit: int = Field(
        default=6, ge=1, description="Discord: how many questions a person may ask in a minute."
    )
    discord_server_limit: int = Field(
        default=60, ge=1, description="Discord: how many questions a server may ask in a minute."
    )

    @field_validator("discord_shared", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """Names with commas between; `none` stands as it is, for it says that none is meant."""
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))

    @field_validator("discord_shared")
    @classmethod
    def _shareable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not LIBRARY_NAME.fullmatch(name):
                msg = f"names {name[:80]!r}, which cannot be a library: use a to z, 0 to 9, hyphens"
                raise ValueError(msg)
            if name.startswith(OWN):
                msg = f"names {name[:80]!r}, which is a server's own and cannot be shared"
                raise ValueError(msg)
        return value

    @property
    def shared(self) -> tuple[str, ...]:
        """The names of the shared libraries."""
        return tuple(name for name in self.discord_shared if name != NONE)
