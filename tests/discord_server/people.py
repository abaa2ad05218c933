"""What Discord tells of servers, channels, members, messages and interactions, as its payloads."""

from typing import Any

APPLICATION, BOT = 111_111_111_111_111_111, 111_111_111_111_111_111
EPOCH = "2026-01-01T00:00:00+00:00"
_MANAGE = 1 << 5
_EVERYTHING = 0x7FFFFFFFFFFF


def user(number: int, name: str, *, bot: bool = False) -> dict[str, Any]:
    """A user."""
    return {
        "id": str(number),
        "username": name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": bot,
    }


def member(number: int, name: str, *, manager: bool = False, bot: bool = False) -> dict[str, Any]:
    """A member; managers have the permission of the interaction."""
    return {
        "user": user(number, name, bot=bot),
        "roles": [],
        "joined_at": EPOCH,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": str(_EVERYTHING if manager else _EVERYTHING & ~_MANAGE & ~8),
    }


def channel(number: int, server: int, name: str = "news", kind: int = 0) -> dict[str, Any]:
    """A text channel of a server."""
    return {
        "id": str(number),
        "type": kind,
        "guild_id": str(server),
        "name": name,
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "permissions": str(_EVERYTHING),
        "flags": 0,
    }


def direct(number: int, person: dict[str, Any]) -> dict[str, Any]:
    """A channel of direct messages."""
    return {"id": str(number), "type": 1, "recipients": [person], "last_message_id": None}


def server(number: int, channels: list[dict[str, Any]]) -> dict[str, Any]:
    """A server with its everyone role and the bot in it."""
    return {
        "id": str(number),
        "name": f"server {number}",
        "owner_id": "1",
        "roles": [_everyone(number)],
        "channels": channels,
        "threads": [],
        "members": [member(BOT, "clippings", bot=True)],
        "member_count": 2,
        "emojis": [],
        "stickers": [],
        "features": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "afk_timeout": 60,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_flags": 0,
        "preferred_locale": "en-US",
        "large": False,
        "unavailable": False,
        "joined_at": EPOCH,
    }


def _everyone(number: int) -> dict[str, Any]:
    """The role that everybody has."""
    return {
        "id": str(number),
        "name": "@everyone",
        "permissions": str(_EVERYTHING & ~8),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def message(
    number: int, channel_id: int, author: dict[str, Any], content: str = "", **fields: Any
) -> dict[str, Any]:
    """A message."""
    return {
        "id": str(number),
        "channel_id": str(channel_id),
        "author": author,
        "content": content,
        "timestamp": EPOCH,
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        "components": [],
        "flags": 0,
    } | fields


def interaction(
    number: int, token: str, kind: int, where: dict[str, Any], who: dict[str, Any], data: Any
) -> dict[str, Any]:
    """An interaction: 2 a command, 3 a component, 4 an autocompletion, 5 a modal."""
    guild = where.get("guild_id")
    person = {"member": who, "guild_id": guild} if guild else {"user": who["user"]}
    return {
        "id": str(number),
        "application_id": str(APPLICATION),
        "type": kind,
        "token": token,
        "version": 1,
        "data": data,
        "channel_id": where["id"],
        "channel": where,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {},
        "context": 0 if guild else 1,
        "app_permissions": str(_EVERYTHING),
        "attachment_size_limit": 10_000_000,
        **person,
    }
