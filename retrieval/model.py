"""A chat model from the settings, called with limits."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from retrieval.errors import SettingsError
from retrieval.failures import ModelFailure, failure_of
from retrieval.settings import Settings
from retrieval.types import Tokens

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# The extra of pyproject.toml that brings each provider's package.
EXTRAS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google_genai": "google",
    "ollama": "ollama",
}
LONGEST = 12_000  # characters of output after which a model is taken to never end
_LETTERS = 4  # characters a token: the usual estimate for English, where a model counts nothing
_CONTEXT = 8192  # tokens that hold what is asked at most; Ollama else cuts it down in silence

_REASONS = {"finish_reason", "stop_reason", "done_reason"}  # by which providers tell an end


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said and the tokens that it took."""

    text: str
    tokens: Tokens


def open_model(settings: Settings) -> "BaseChatModel":
    """The chat model of the settings; nothing is asked of it yet.

    Raises:
        SettingsError: its provider is unknown, or its package is not installed; the line to install
            it is named.
    """
    from langchain.chat_models import init_chat_model

    provider, _, name = (settings.model or "").partition(":")
    if not name:
        raise SettingsError(
            f"CLIPPINGS_MODEL {provider!r} names no provider: write it as openai:gpt-5-mini"
        )
    try:
        made: BaseChatModel = init_chat_model(
            name, model_provider=provider, temperature=0, **_extra(settings, provider)
        )
    except ImportError as error:
        package = EXTRAS.get(provider)
        line = f"pip install 'clippings[{package}]'" if package else "see LangChain's providers"
        raise SettingsError(
            f"CLIPPINGS_MODEL needs the package of {provider}, which is not installed: {line}"
        ) from error
    except Exception as error:  # noqa: BLE001 - whatever a provider raises
        # The provider's message is not shown: it may repeat what it was given.
        raise SettingsError(
            f"CLIPPINGS_MODEL {settings.model!r} cannot be used ({type(error).__name__}): "
            "write provider:name, and set CLIPPINGS_MODEL_KEY if it asks for a key"
        ) from None
    if (made.profile or {}).get("temperature") is False:
        return made.model_copy(update={"temperature": None})  # it refuses any that it is given
    return made


def _extra(settings: Settings, provider: str) -> dict[str, Any]:
    """The limits, address and key under the names that the provider's package has for them."""
    url, key = settings.model_url, settings.model_key
    if url and not key and provider in EXTRAS:
        key = SecretStr("none")  # not the one in the provider's own variable, and clients want one
    extra: dict[str, Any] = {"base_url": url} if url else {}
    if provider == "ollama":  # any other name it would ignore without a word
        client = {"timeout": settings.model_seconds, "follow_redirects": False}
        signed = {"auth": _bearer(key)} if key else {}
        return extra | {"client_kwargs": client | signed, "num_ctx": _CONTEXT}
    # A second try is decided here. Google's counts the first one.
    extra["max_retries"] = 1 if provider == "google_genai" else 0
    extra["timeout"] = settings.model_seconds
    if key:
        extra["api_key"] = key.get_secret_value()
    if provider == "openai":
        extra["stream_usage"] = True
    if provider == "google_genai":  # its key would go along to wherever a server points
        extra["client_args"] = {"follow_redirects": False}
    return extra


def _bearer(key: SecretStr) -> Callable[[Any], Any]:
    """Puts the key into a request of httpx's; a header in the settings would show in a repr."""

    def signed(request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {key.get_secret_value()}"
        return request

    return signed


def say(
    model: "BaseChatModel",
    messages: Sequence[tuple[str, str]],
    seconds: float,
    heard: Callable[[str], None] = lambda _: None,
) -> Said:
    """One call, streamed; `heard` gets all of the text so far, each time that there is more.

    Output without end is cut at 12,000 characters; what was said by then counts.

    Raises:
        ModelFailure: it failed, said nothing, or took longer than `seconds`.
    """
    text, whole = "", None
    try:
        for chunk in _chunks(model, messages, seconds):
            whole = chunk if whole is None else whole + chunk
            if chunk.text:
                text += chunk.text
                heard(text)
            if len(text) > LONGEST:
                break
    except Empty:
        did = "finish" if text else "answer"
        raise ModelFailure(f"did not {did} within {seconds:g} s") from None
    except Exception as error:  # noqa: BLE001 - any provider's error, by what it is about
        raise failure_of(error, seconds, begun=bool(text)) from None
    if len(text) <= LONGEST and _cut(whole, model):
        raise ModelFailure("broke off in the middle of its answer", again=True)
    if not text.strip():
        raise ModelFailure("gave an empty answer", again=True)
    return Said(text, _tokens(whole, messages, text))


def _chunks(
    model: "BaseChatModel", messages: Sequence[tuple[str, str]], seconds: float
) -> Iterator[Any]:
    """What the model streams, as it comes.

    It is read in a thread: a server that only keeps the connection alive yields nothing here, and
    its client waits on.

    Raises:
        Empty: the time is up.
        Exception: whatever the provider's package raised.
    """
    until, came, enough = time.monotonic() + seconds, SimpleQueue[Any](), Event()

    def read() -> None:
        try:
            for chunk in model.stream(list(messages)):
                if enough.is_set():
                    return
                came.put(chunk)
            came.put(None)
        except Exception as error:  # noqa: BLE001 - handed on to who waits for it
            came.put(error)

    Thread(target=copy_context().run, args=(read,), daemon=True).start()
    try:
        while (chunk := came.get(timeout=max(until - time.monotonic(), 0))) is not None:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk
    finally:
        enough.set()


def _cut(whole: Any, model: "BaseChatModel") -> bool:
    """Whether a provider's stream ended without saying why: a connection that broke looks so."""
    told = getattr(whole, "response_metadata", {})
    # Ollama's package names itself only at the end.
    known = "model_provider" in told or model.get_name() == "ChatOllama"
    return known and not _REASONS & told.keys()


def _tokens(whole: Any, messages: Sequence[tuple[str, str]], text: str) -> Tokens:
    """The tokens as the model counts them, or an estimate where it does not."""
    counted = getattr(whole, "usage_metadata", None) or {}
    return Tokens(
        counted.get("input_tokens") or sum(len(said) for _, said in messages) // _LETTERS,
        counted.get("output_tokens") or len(text) // _LETTERS,
    )
