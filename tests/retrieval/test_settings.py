"""Settings: from the environment and `.env` alone; what cannot be used is named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SettingsError
from retrieval.settings import Settings, library_folder, load_settings


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, where `.env` is looked for, is new and empty; home is known."""
    for key in ("LANGSMITH_TRACING", "ANONYMIZED_TELEMETRY"):
        monkeypatch.delenv(key, raising=False)
    for key in ("HF_HUB_DISABLE_TELEMETRY", "TOKENIZERS_PARALLELISM"):
        monkeypatch.setenv(key, "1")  # so that it is put back
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _refused(match: str) -> str:
    with pytest.raises(SettingsError, match=match) as error:
        load_settings()
    message = str(error.value)
    assert "\n" not in message
    return message


def test_nothing_set_is_enough() -> None:
    """Without any setting there is an absolute data folder, the bundled embedder and no server."""
    settings = load_settings()
    assert settings.data.is_absolute()
    assert settings.embedder == "all-MiniLM-L6-v2"
    assert settings.chroma_url is None


def test_the_environment_goes_before_the_file(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key in the environment wins over `.env`; an empty one counts as not set."""
    (empty_folder / ".env").write_text(
        "CLIPPINGS_EMBEDDER=file\nCLIPPINGS_MAX_FILE_MB=7\nOTHER=1\n"
    )
    monkeypatch.setenv("CLIPPINGS_EMBEDDER", "environment")
    monkeypatch.setenv("CLIPPINGS_MAX_FILE_MB", "")
    settings = load_settings()
    assert settings.embedder == "environment"
    assert settings.max_file_mb == 7


def test_the_data_folder_is_made_absolute(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data folder may start at home or here; a home that does not exist is told."""
    monkeypatch.setenv("CLIPPINGS_DATA", "~/news")
    assert load_settings().data == empty_folder / "news"
    monkeypatch.setenv("CLIPPINGS_DATA", "news")
    assert load_settings().data == empty_folder / "news"
    monkeypatch.setenv("CLIPPINGS_DATA", "~nobody-of-that-name/news")
    _refused("CLIPPINGS_DATA names a home folder")


@pytest.mark.parametrize("where", ["environment", "file"])
def test_an_unknown_key_is_named(
    where: str, empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is no setting is an error with the nearest one, wherever it stands."""
    if where == "file":
        (empty_folder / ".env").write_text("CLIPPINGS_EMBEDER=x\n")
    else:
        monkeypatch.setenv("clippings_embeder", "x")
    message = _refused("(?i)CLIPPINGS_EMBEDER is not a setting; did you mean CLIPPINGS_EMBEDDER")
    assert ".env.example" in message


def test_an_unknown_key_like_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no setting is near, none is suggested."""
    monkeypatch.setenv("CLIPPINGS_ZZZZZZZZZZZZZZZZZZZZ", "x")
    assert "did you mean" not in _refused("ZZZ is not a setting")


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("CLIPPINGS_MAX_FILE_MB", "many", "should be a valid integer"),
        ("CLIPPINGS_MAX_FILE_MB", "0", "should be greater than or equal to 1"),
        ("CLIPPINGS_CHROMA_URL", "127.0.0.1:8000", "must look like http://host:port"),
        ("CLIPPINGS_CHROMA_URL", "http://host:port", "must look like"),
        ("CLIPPINGS_CHROMA_URL", "http://user:word@host:1", "must look like"),
        ("CLIPPINGS_CHROMA_URL", "http://host/path", "must look like"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    key: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the key and says what is wrong, without repeating the value."""
    monkeypatch.setenv(key, value)
    message = _refused(f"^{key} {says}")
    assert len(value) < 2 or f"{value!r}" not in message


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "https://chroma.example/", "http://[::1]:1"]
)
def test_addresses_of_servers(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server is a host with or without a port."""
    monkeypatch.setenv("CLIPPINGS_CHROMA_URL", url)
    assert load_settings().chroma_url == url


def test_a_file_that_is_not_utf8_is_told(empty_folder: Path) -> None:
    """A `.env` in another encoding gives one plain line, and no trace of Python."""
    (empty_folder / ".env").write_bytes("CLIPPINGS_EMBEDDER=\u00e9".encode("latin-1"))
    _refused(r"the file \.env cannot be read")


def test_nothing_phones_home_unless_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tracing and telemetry are off, except where the person has set them."""
    import os

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "to be put back")
    monkeypatch.delenv("ANONYMIZED_TELEMETRY")
    load_settings()
    assert os.environ["LANGSMITH_TRACING"] == "true"
    assert os.environ["ANONYMIZED_TELEMETRY"] == "false"


def test_settings_do_not_change() -> None:
    """Settings are a value."""
    with pytest.raises(ValueError, match="frozen"):
        load_settings().embedder = "x"  # type: ignore[misc]


@pytest.mark.parametrize("name", ["main", "a", "0", "news-2016", "a" * 63])
def test_names_of_libraries(name: str) -> None:
    """A library is a folder of its name below the data folder."""
    settings = Settings(data=Path("/d"))
    assert library_folder(settings, name) == Path("/d/libraries") / name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../main",
        "a/b",
        "a\\b",
        "/etc",
        "~",
        "-a",
        "a.b",
        "Main",
        "a b",
        "a\n",
        "a\x00",
        "a" * 64,
        "é",
        "١",
        "CON:",
        "main/../../x",
    ],
)
def test_names_that_would_leave_the_folder(name: str) -> None:
    """What could not be a folder of its own below the data folder is refused in one line."""
    with pytest.raises(SettingsError, match="cannot name a library") as error:
        library_folder(Settings(data=Path("/d")), name)
    assert "\n" not in str(error.value)


@given(st.text(max_size=80) | st.from_regex(r"[./a-z-]{1,9}", fullmatch=True))
def test_no_name_leaves_the_folder(name: str) -> None:
    """Whatever the name: its folder lies directly below `libraries`, or it is refused."""
    try:
        folder = library_folder(Settings(data=Path("/d")), name)
    except SettingsError:
        return
    assert folder.resolve().parent == Path("/d/libraries").resolve()
    assert folder.name == name
