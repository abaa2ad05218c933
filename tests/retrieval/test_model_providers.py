"""Each provider's real package against a server that speaks its protocol: all must work alike."""

import json
import logging
import socket
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from model_dialects import ANTHROPIC, GEMINI, OLLAMA, OPENAI, Dialect
from model_dialects import EVERY as DIALECTS
from model_server import EVERY, KEY, SAID, Reply, served, serving, settings
from retrieval_news import PLAN

from bot import show
from retrieval.chain import Chain
from retrieval.failures import ModelFailure
from retrieval.model import open_model, say
from retrieval.types import as_json

HELLO = [("system", "Be brief."), ("human", "Hello?")]
VARIABLES = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "OLLAMA_API_KEY")


@pytest.fixture(params=DIALECTS, ids=[it.provider for it in DIALECTS])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each provider."""
    return installed(request.param)


def installed(spoken: Dialect) -> Dialect:
    """The dialect; Google's package is heavy, so without it its tests are left out."""
    if spoken is GEMINI:
        told = "needs pip install -c constraints.txt -e '.[google]'"
        pytest.importorskip("langchain_google_genai", reason=told)
    return spoken


def busy(dialect: Dialect, seconds: int) -> Reply:
    """429, with the wait that the provider asks for, where it says so."""
    headers, body = dialect.busy(seconds)
    return Reply(status=429, headers=headers, body=body)


def test_a_streamed_answer(
    chain: Chain, tmp_path: Path, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read to its end, its tokens are counted; nothing goes anywhere but to the server."""
    reached, connect = [], socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        reached.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    with serving(Reply(PLAN), Reply(EVERY, chunked=True), speaks=dialect) as server:
        answer = served(chain, tmp_path, server)
    assert answer.answer == f"{SAID} [1]"
    assert answer.reader == f"{dialect.provider}:scripted"
    assert answer.tokens.total == 240
    assert server.keys == [KEY] * 2
    assert "Untrusted material" in str(server.asked[1])
    assert {f"http://{host}:{port}{dialect.root}" for host, port, *_ in reached} == {server.url}


# What goes wrong: what is told of it, and how often the server is asked.
WRONG: dict[str, tuple[Any, str, int]] = {
    "key": (
        lambda d: [Reply(status=d.bad_key[0], says=d.bad_key[1] + KEY)],
        "refused the key (40",
        1,
    ),
    "forbidden": (lambda _: [Reply(status=403, says=f"no {KEY}")], "refused the key (403)", 1),
    "no such model": (lambda _: [Reply(status=404, says="m?")], "(404): check CLIPPINGS_MODEL", 1),
    "busy for long": (lambda d: [busy(d, 900)], "has no room for more questions now", 1),
    "server error": (lambda _: [Reply(status=500, says=f"oh {KEY}")], "an error (500)", 2),
    "overloaded": (lambda _: [Reply(status=529, says="oh")], "an error (529)", 2),
    "cut": (lambda _: [Reply(PLAN), Reply(EVERY, cut=3)], "broke off in the middle", 3),
    "cut in chunks": (
        lambda _: [Reply(PLAN), Reply(EVERY, cut=3, chunked=True)],
        "broke off in the middle",
        3,
    ),
    "an error within": (lambda _: [Reply(PLAN), Reply(EVERY, broken=3)], "", 3),
    "an error at once": (lambda _: [Reply(PLAN), Reply(EVERY, broken=0)], "", 3),
    "empty": (lambda _: [Reply(PLAN), Reply("")], "gave an empty answer", 3),
    "too long": (
        lambda d: [Reply(PLAN), Reply(status=400, says=d.too_long)],
        "cannot take in so much",
        3,
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_goes_wrong_is_one_line(
    chain: Chain,
    tmp_path: Path,
    dialect: Dialect,
    case: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The same for all; the client tries nothing again by itself; the key is seen nowhere."""
    replies, told, calls = WRONG[case]
    caplog.set_level(logging.DEBUG)
    with serving(*replies(dialect), speaks=dialect) as server:
        answer = served(chain, tmp_path, server)
    assert (answer.status, answer.reader) == ("answered", "quotes")
    assert told in answer.note
    assert "\n" not in answer.note
    assert "(200)" not in answer.note
    assert "(-1)" not in answer.note
    assert len(server.asked) == calls
    out, errors = capfd.readouterr()
    shown = show.answer(answer, 80) + show.why(answer, 80)
    everything = [shown, repr(answer), str(as_json(answer)), caplog.text, out, errors]
    assert not [text for text in everything if KEY in text]


def test_a_second_try_helps(chain: Chain, tmp_path: Path, dialect: Dialect) -> None:
    """After a fault; after the wait that a busy server asks for, in a header or in its body."""
    waited: list[float] = []
    with serving(
        Reply(status=500, says="oh"), Reply(PLAN), busy(dialect, 3), Reply(EVERY), speaks=dialect
    ) as server:
        answer = served(chain, tmp_path, server, sleep=waited.append)
    assert answer.answer == f"{SAID} [1]"
    assert waited == [0, 3]
    assert len(server.asked) == 4


def test_too_much_at_once(chain: Chain, tmp_path: Path, dialect: Dialect) -> None:
    """It is asked once more, with half."""
    long = Reply(status=400, says=dialect.too_long)
    with serving(Reply(PLAN), long, Reply(EVERY), speaks=dialect) as server:
        assert served(chain, tmp_path, server).answer == f"{SAID} [1]"
    assert len(server.asked) == 3


@pytest.mark.parametrize("reply", [Reply(silent=30), Reply(alive=True)], ids=["silent", "alive"])
def test_the_time_limit(tmp_path: Path, dialect: Dialect, reply: Reply) -> None:
    """It holds where nothing comes, and where only signs of life do."""
    with serving(reply, speaks=dialect) as server:
        model = open_model(settings(tmp_path, server))
        started = time.monotonic()
        with pytest.raises(ModelFailure, match=r"did not answer within 0\.2 s") as failure:
            say(model, HELLO, 0.2)
    assert time.monotonic() - started < 5
    assert not failure.value.again


def test_the_client_lets_go(tmp_path: Path, dialect: Dialect) -> None:
    """The package itself gives up after that time, once, so that no connection stays."""
    with serving(Reply(silent=8), speaks=dialect) as server:
        model = open_model(settings(tmp_path, server, seconds=0.2))
        started = time.monotonic()
        with pytest.raises(Exception, match=r"(?i)time") as error:
            list(model.stream(HELLO))
    assert time.monotonic() - started < 5
    assert KEY not in "".join(traceback.format_exception(error.value))
    assert len(server.asked) == 1


def test_nobody_listens(chain: Chain, tmp_path: Path, dialect: Dialect) -> None:
    """Connection refused: the setting that may be wrong is named."""
    with serving(Reply(""), speaks=dialect) as server:
        pass
    assert "check CLIPPINGS_MODEL_URL" in served(chain, tmp_path, server).note


def test_the_key_goes_to_nobody_else(tmp_path: Path, dialect: Dialect) -> None:
    """Not even where the server points to another one."""
    with serving(Reply("No."), speaks=dialect) as other:
        there = {"Location": f"{other.url}/{dialect.path}"}
        with serving(Reply(status=307, headers=there), speaks=dialect) as server:
            model = open_model(settings(tmp_path, server))
            with suppress(ModelFailure):
                say(model, HELLO, 5)
    assert server.keys == [KEY]
    assert not [told for told in (*other.keys, repr(model), str(model)) if KEY in told]
    if dialect in {GEMINI, OLLAMA}:  # the other two packages follow, without the key
        assert not other.asked


def test_a_server_without_a_key(
    tmp_path: Path, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server of one's own needs none, and is not told the one in the provider's variable."""
    for name in VARIABLES:
        monkeypatch.setenv(name, KEY)
    with serving(Reply("Hello.", usage=None), speaks=dialect) as server:
        said = say(open_model(settings(tmp_path, server, key=None)), HELLO, 5)
    assert said.text == "Hello."
    assert said.tokens.input > 0
    assert said.tokens.output > 0
    assert server.keys == ["none"]


@pytest.mark.parametrize(
    ("dialect", "name", "sent"),
    [
        (OPENAI, "gpt-4.1", True),
        (OPENAI, "o3", False),
        (ANTHROPIC, "claude-sonnet-4-5", True),
        (ANTHROPIC, "claude-opus-4-7", False),
        (GEMINI, "gemini-2.5-flash", True),
        (OLLAMA, "llama", True),
    ],
)
def test_the_temperature(tmp_path: Path, dialect: Dialect, name: str, sent: bool) -> None:
    """It is nought, and left out for models that refuse it."""
    with serving(Reply("Hello."), speaks=installed(dialect)) as server:
        say(open_model(settings(tmp_path, server, name=name)), HELLO, 5)
    assert ('"temperature": 0' in json.dumps(server.asked[0])) is sent


def test_ollama_is_told_how_much_comes(tmp_path: Path) -> None:
    """By itself it may take in less than the passages, and drops the rest without a word."""
    with serving(Reply("Hello."), speaks=installed(OLLAMA)) as server:
        say(open_model(settings(tmp_path, server)), HELLO, 5)
    assert server.asked[0]["options"]["num_ctx"] == 8192
