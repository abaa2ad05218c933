"""The model over real sockets: streams, errors, limits; no key in anything that is written."""

import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from langchain.chat_models import base
from model_server import EVERY, KEY, SAID, Reply, served, serving
from pydantic import SecretStr
from retrieval_news import PLAN

from bot import show
from retrieval.chain import Chain, build
from retrieval.errors import SettingsError
from retrieval.model import open_model
from retrieval.settings import Settings
from retrieval.types import as_json


def test_a_streamed_answer(chain: Chain, tmp_path: Path) -> None:
    """Two calls, streamed, with the prompts, the key in its header and the tokens counted."""
    with serving(Reply(PLAN), Reply(EVERY, chunked=True)) as server:
        answer = served(chain, tmp_path, server)
    assert answer.answer == f"{SAID} [1]"
    assert answer.reader == "openai:scripted"
    assert answer.tokens.total == 240
    assert all(call["stream"] for call in server.asked)
    assert server.keys == [KEY] * 2
    told = str(server.asked[1]["messages"])
    assert "Untrusted material" in told
    assert told.count("<passage ") == 3
    assert "published" not in told
    assert 'date=\\"2016-08-24\\"' in told or 'date="2016-08-24"' in told


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        (
            [Reply(status=401, body=f'{{"error": {{"message": "bad key {KEY}"}}}}')],
            "refused the key",
        ),
        ([Reply(status=403, body="no")], "refused the key (403)"),
        ([Reply(status=429, headers={"Retry-After": "900"}, body="{}")], "no room"),
        ([Reply(status=500, body=f"oops {KEY}")], "answered with an error (500)"),
        ([Reply(status=503, body="{}")], "answered with an error (503)"),
        ([Reply(PLAN), Reply(EVERY, cut=3)], "broke off in the middle"),
        ([Reply(PLAN), Reply(EVERY, cut=3, chunked=True)], "broke off in the middle"),
        ([Reply(PLAN), Reply("")], "gave an empty answer"),
        (
            [
                Reply(PLAN),
                Reply(status=400, body='{"error": {"message": "maximum context length is 9"}}'),
            ],
            "cannot take in so much",
        ),
    ],
)
def test_what_goes_wrong_is_one_line(
    chain: Chain,
    tmp_path: Path,
    replies: list[Reply],
    told: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The quotes come, a line says why, and the key stands in no log, error, answer or /why."""
    caplog.set_level(logging.DEBUG)
    with serving(*replies) as server:
        answer = served(chain, tmp_path, server)
    assert answer.status == "answered"
    assert answer.reader == "quotes"
    assert told in answer.note
    shown = show.answer(answer, 80) + show.why(answer, 80)
    out, errors = capfd.readouterr()
    everything = [shown, repr(answer), str(as_json(answer)), caplog.text, out, errors]
    assert not [text for text in everything if KEY in text]
    assert "Traceback" not in shown + out + errors


def test_one_retry_where_it_helps(chain: Chain, tmp_path: Path) -> None:
    """A server that was busy or broken for a moment costs no answer."""
    with serving(
        Reply(status=503, body="{}"),
        Reply(PLAN),
        Reply(status=429, headers={"Retry-After": "1"}, body="{}"),
        Reply(EVERY),
    ) as server:
        answer = served(chain, tmp_path, server)
    assert answer.answer == f"{SAID} [1]"
    assert len(server.asked) == 4


def test_a_stream_that_breaks_once_is_asked_for_again(chain: Chain, tmp_path: Path) -> None:
    """Nothing of the broken one is kept."""
    with serving(Reply(PLAN), Reply("The Pope said so. [1]", cut=2), Reply(EVERY)) as server:
        assert served(chain, tmp_path, server).answer == f"{SAID} [1]"


def test_output_that_never_ends(chain: Chain, tmp_path: Path) -> None:
    """It is cut after 12,000 characters; the server is let go."""
    with serving(Reply(PLAN), Reply(f"{EVERY} ", endless=True)) as server:
        answer = served(chain, tmp_path, server)
    assert answer.answer == f"{SAID} [1]"


def test_a_server_that_says_nothing(chain: Chain, tmp_path: Path) -> None:
    """After the time limit the quotes come, and the model is not asked a second time."""
    with serving(Reply(silent=30)) as server:
        answer = served(chain, tmp_path, server, seconds=0.3)
    assert answer.reader == "quotes"
    assert "did not answer within 0.3 s" in answer.note
    assert len(server.asked) == 1


def test_nobody_listens(chain: Chain, tmp_path: Path) -> None:
    """Connection refused: the setting that may be wrong is named."""
    with serving(Reply("")) as server:
        pass
    answer = served(chain, tmp_path, server)
    assert "cannot be reached: check CLIPPINGS_MODEL_URL" in answer.note


def test_without_usage_from_the_server(chain: Chain, tmp_path: Path) -> None:
    """Tokens are estimated from the texts."""
    with serving(Reply(PLAN, usage=None), Reply(EVERY, usage=None)) as server:
        assert served(chain, tmp_path, server).tokens.total > 200


def test_the_settings_choose_the_model(tmp_path: Path) -> None:
    """`build` makes the writer where a model is set, and none where it is not."""
    plain = build(Settings(data=tmp_path))
    assert plain.writer is None
    made = build(Settings(data=tmp_path, model="openai:x", model_url="http://127.0.0.1:9/v1"))
    assert made.writer is not None
    assert made.writer.name == "openai:x"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gpt-5", "names no provider: write it as openai:gpt-5-mini"),
        ("anthropic:claude", "not installed: pip install 'clippings[anthropic]'"),
        ("google_genai:gemini", "not installed: pip install 'clippings[google]'"),
        ("ollama:llama", "not installed: pip install 'clippings[ollama]'"),
        ("nobody:x", "cannot be used"),
        ("openai:x", "CLIPPINGS_MODEL_KEY"),
    ],
)
def test_a_model_that_cannot_be_opened(
    name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line: what is missing and how to get it."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    base._get_chat_model_creator.cache_clear()
    for package in ("langchain_anthropic", "langchain_google_genai", "langchain_ollama"):
        monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    with pytest.raises(SettingsError, match="CLIPPINGS_MODEL") as error:
        open_model(Settings(data=tmp_path, model=name))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_the_key_is_never_in_a_repr(tmp_path: Path) -> None:
    """Neither the settings' nor the model's."""
    settings = Settings(data=tmp_path, model="openai:x", model_key=SecretStr(KEY))
    model: Any = open_model(settings)
    assert KEY not in repr(settings) + str(settings) + repr(model) + str(model)
