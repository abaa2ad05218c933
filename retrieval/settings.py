"""Settings: the only place where the environment is read."""

import difflib
import os
import re
from pathlib import Path
from typing import Self, TypeVar

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import SettingsError

PREFIX = "CLIPPINGS_"
DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
DEFAULT_LIBRARY = "main"
_WEB = re.compile(r"https?://([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?/?", re.ASCII)
LIBRARY_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Settings(BaseSettings):
    """What a person may choose; each from `CLIPPINGS_<NAME>` in the environment or in `.env`.

    The descriptions below are the ones that `.env.example` shows; a test keeps them equal.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    data: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("clippings", appauthor=False)),
        description="The folder that holds the libraries. Unset: the platform's user data folder.",
    )
    embedder: str = Field(
        default=DEFAULT_EMBEDDER,
        description="The embedding model: all-MiniLM-L6-v2 comes with the installation; any other "
        "name or folder is loaded by sentence-transformers. After a change: clippings reembed.",
    )
    reranker: str | None = Field(
        default=None,
        description="A cross-encoder that reads the 20 best passages of a question again and puts them "
        "in its own order: the name or folder of any sentence-transformers CrossEncoder. Unset: none; "
        "it needs seconds a question on a processor.",
    )
    chroma_url: str | None = Field(
        default=None,
        description="A Chroma server that keeps the vectors, such as http://127.0.0.1:8000. "
        "Unset: embedded, in the data folder.",
    )
    max_file_mb: int = Field(
        default=100,
        ge=1,
        description="A file larger than this is refused, in megabytes.",
    )

    model: str | None = Field(
        default=None,
        description="A chat model that writes the answers in prose, such as openai:gpt-5-mini, "
        "anthropic:NAME, google_genai:NAME or ollama:NAME; every sentence is checked against its "
        "clipping. Unset: answers are quotes, and no model is asked.",
    )
    model_url: str | None = Field(
        default=None,
        description="Where the model is served, if not by its provider: any OpenAI-compatible "
        "server, such as http://127.0.0.1:8080/v1 with CLIPPINGS_MODEL=openai:NAME. For anthropic, "
        "google_genai and ollama: without a path, such as http://127.0.0.1:11434.",
    )
    model_key: SecretStr | None = Field(
        default=None,
        description="The model's key. Unset: the provider's own variable, such as OPENAI_API_KEY; "
        "with CLIPPINGS_MODEL_URL none.",
    )
    model_seconds: float = Field(
        default=60,
        gt=0,
        le=600,
        description="How long each call of the model may take, in seconds: up to three for an answer. "
        "Without a draft by then, the answer is given in quotes.",
    )
    model_daily_tokens: int | None = Field(
        default=None,
        ge=0,
        description="How many tokens the model may use in a day (UTC), all questions together; after "
        "that answers are given in quotes. Unset: no limit.",
    )

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()
        except RuntimeError as error:
            msg = "names a home folder that does not exist"
            raise ValueError(msg) from error

    @field_validator("chroma_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not _WEB.fullmatch(value):
            msg = "must look like http://host:port"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _no_unknown_keys(self) -> Self:
        known = {f"{PREFIX}{name}".upper() for name in type(self).model_fields}
        present = {*os.environ, *(dotenv_values(".env") if Path(".env").is_file() else ())}
        for key in sorted(present):
            if key.upper().startswith(PREFIX) and key.upper() not in known:
                near = difflib.get_close_matches(key.upper(), known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                msg = f"{key} is not a setting{hint} (.env.example lists them all)"
                raise ValueError(msg)
        return self


S = TypeVar("S", bound=Settings)


def load_settings(kind: type[S] = Settings) -> S:  # type: ignore[assignment]
    """Read the settings; quiets the libraries that would phone home unless told otherwise.

    `kind` may be a subclass, which knows more keys.

    Raises:
        SettingsError: a key is unknown or a value cannot be used; the message names it.
    """
    for key, value in {
        "LANGSMITH_TRACING": "false",
        "ANONYMIZED_TELEMETRY": "false",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }.items():
        os.environ.setdefault(key, value)
    try:
        return kind()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper() if first["loc"] else ""
        message = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise SettingsError(f"{name} {message}".strip()) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the file .env cannot be read ({error}): save it as UTF-8, readable by you"
        ) from error


def library_folder(settings: Settings, name: str) -> Path:
    """The folder of one library.

    Raises:
        SettingsError: the name could not be a folder's name; it never leaves the data folder.
    """
    if not LIBRARY_NAME.fullmatch(name):
        raise SettingsError(
            f"{name[:80]!r} cannot name a library: use a to z, 0 to 9 and hyphens, 63 at most"
        )
    return settings.data / "libraries" / name
