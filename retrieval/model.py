"""A chat model from the settings, called with limits; what can go wrong, in words for people.

Only what is written here reaches a person: never a provider's own message, which may hold the key.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrieval.errors import SettingsError
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
_WAIT = 10.0  # seconds that a busy model may ask to wait for
_LETTERS = 4  # characters a token: the usual estimate for English, where a model counts nothing

_REASONS = {"finish_reason", "stop_reason", "done_reason"}  # by which providers tell an end
_REFUSED, _LIMITED, _TOO_LONG = (401, 403), 429, (400, 413, 422)


class ModelFailure(Exception):  # noqa: N818 - caught where it arises, never seen by a person as such
    """A call that brought nothing: why, whether it is worth a second one, after how many seconds."""

    def __init__(
        self, why: str, *, again: bool = False, wait: float = 0.0, long: bool = False
    ) -> None:
        super().__init__(why)
        self.why, self.again, self.wait, self.long = why, again, wait, long


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
            name,
            model_provider=provider,
            temperature=0,
            timeout=settings.model_seconds,
            max_retries=0,  # a second try is decided here
            **_extra(settings, provider),
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
    return made


def _extra(settings: Settings, provider: str) -> dict[str, Any]:
    """What is passed on only where it is set, and what one provider wants."""
    extra: dict[str, Any] = {}
    if settings.model_url:
        extra["base_url"] = settings.model_url
    if settings.model_key:
        extra["api_key"] = settings.model_key.get_secret_value()
    elif provider == "openai" and settings.model_url:
        extra["api_key"] = "none"  # a server of one's own asks for none, its client insists on one
    if provider == "openai":
        extra["stream_usage"] = True
    return extra


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
    started, text, whole, late = time.monotonic(), "", None, False
    try:
        for chunk in _chunks(model, messages):
            whole = chunk if whole is None else whole + chunk
            if chunk.text:
                text += chunk.text
                heard(text)
            if len(text) > LONGEST:
                break
            if time.monotonic() - started > seconds:
                late = True
                break
    except Exception as error:  # noqa: BLE001 - any provider's error, by what it is about
        raise failure_of(error, seconds, begun=bool(text)) from None
    if late:
        raise ModelFailure(f"did not finish within {seconds:g} s")
    if _cut(whole) and len(text) <= LONGEST:
        raise ModelFailure("broke off in the middle of its answer", again=True)
    if not text.strip():
        raise ModelFailure("gave an empty answer", again=True)
    return Said(text, _tokens(whole, messages, text))


def _chunks(model: "BaseChatModel", messages: Sequence[tuple[str, str]]) -> Iterator[Any]:
    yield from model.stream(list(messages))


def _cut(whole: Any) -> bool:
    """Whether a provider's stream ended without saying why: a connection that broke looks so."""
    told = getattr(whole, "response_metadata", {})
    return "model_provider" in told and not _REASONS & told.keys()


def _tokens(whole: Any, messages: Sequence[tuple[str, str]], text: str) -> Tokens:
    """The tokens as the model counts them, or an estimate where it does not."""
    usage = getattr(whole, "usage_metadata", None)
    if usage and usage["total_tokens"]:
        return Tokens(usage["input_tokens"], usage["output_tokens"])
    return Tokens(sum(len(content) for _, content in messages) // _LETTERS, len(text) // _LETTERS)


def failure_of(error: BaseException, seconds: float, *, begun: bool) -> ModelFailure:
    """What a provider's error means: by its status, else by the names of its kinds."""
    status, headers = _status(error)
    if status in _REFUSED:
        return ModelFailure(f"refused the key ({status}): check CLIPPINGS_MODEL_KEY")
    if status == _LIMITED:
        wait = _retry_after(headers)
        return ModelFailure(
            "has no room for more questions now (429)", again=wait <= _WAIT, wait=wait
        )
    kinds = {kind.__name__.casefold() for kind in _kinds(error)}
    words = str(error).casefold()
    if status in _TOO_LONG and any(
        w in words for w in ("context", "too long", "maximum", "length")
    ):
        return ModelFailure("cannot take in so much at once", again=True, long=True)
    if status is not None:
        later = status >= 500  # noqa: PLR2004 - a fault of the server, which may pass
        return ModelFailure(f"answered with an error ({status})", again=later)
    if any("timeout" in kind for kind in kinds):
        return ModelFailure(f"did not answer within {seconds:g} s")
    if begun or any(k in kinds for k in ("remoteprotocolerror", "readerror", "incompleteread")):
        return ModelFailure("broke off in the middle of its answer", again=True)
    if any("connect" in kind for kind in kinds):
        return ModelFailure("cannot be reached: check CLIPPINGS_MODEL_URL and the network")
    return ModelFailure(f"failed ({type(error).__name__})", again=True)


def _status(error: BaseException) -> tuple[int | None, Any]:
    """The HTTP status of an error or of what caused it, with the response's headers."""
    for one in _causes(error):
        for at in (one, getattr(one, "response", None)):
            for name in ("status_code", "code", "http_status"):
                status = getattr(at, name, None)
                if isinstance(status, int):
                    return status, getattr(getattr(one, "response", None), "headers", {})
    return None, {}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _kinds(error: BaseException) -> Iterator[type]:
    for one in _causes(error):
        yield from type(one).__mro__


def _retry_after(headers: Any) -> float:
    """Seconds that a busy model asks for; 1 where it does not say; a date counts as too long."""
    try:
        return max(float((headers or {}).get("retry-after", 1)), 0.0)
    except (TypeError, ValueError):
        return _WAIT + 1
