"""Nothing heavy is imported before it is needed: a command that needs no model starts at once."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put

from retrieval.library import Library

HEAVY = {"torch", "sentence_transformers", "chromadb", "discord", "langchain", "langchain_core"}
HEAVY |= {"nncf"}
COMMAND = """
import atexit, json, sys
atexit.register(lambda: print("\\n" + json.dumps(sorted(sys.modules))))
from bot.cli import main
sys.argv = ["clippings", *sys.argv[1:]]
main()
"""
EXTRACT = """
import json, sys
from ingest.extract import extract
heavy = {"trafilatura", "markdown_it", "yaml", "charset_normalizer"}
for text, kind in json.loads(sys.argv[1]):
    extract(text.encode("latin-1"), kind, "file:///x" + kind)
    print(json.dumps(sorted(heavy & set(sys.modules))))
"""
PAGE = "<html><body><article><p>%s</p></article></body></html>" % ("Tanks crossed a border. " * 20)


def imported(environment: dict[str, str], code: str, *words: str) -> set[str]:
    """The packages that the code has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_importing_the_command(closed_environment: dict[str, str]) -> None:
    """`import bot.cli` imports nothing heavy, and of our own rooms none but the front ends."""
    code = "import json, sys, bot.cli; print(json.dumps(sorted(sys.modules)))"
    found = imported(closed_environment, code)
    assert found & (HEAVY | {"numpy", "pydantic", "ingest", "evals"}) == set()


@pytest.mark.parametrize("words", [["--help"], ["status", "--help"], ["chat", "--help"]])
def test_help(closed_environment: dict[str, str], words: list[str]) -> None:
    """Help imports nothing heavy."""
    found = imported(closed_environment, COMMAND, *words)
    assert "bot" in found
    assert found & (HEAVY | {"numpy"}) == set()


def test_articles(closed_environment: dict[str, str], library: Library, tmp_path: Path) -> None:
    """To list articles, neither a model nor the vectors are needed."""
    put(library, [article(1)], HashEmbedder())
    environment = closed_environment | {"CLIPPINGS_DATA": str(tmp_path)}
    assert imported(environment, COMMAND, "articles") & HEAVY == set()


def test_readers_of_files(closed_environment: dict[str, str]) -> None:
    """Each reader of a kind of file is imported when the first such file comes, and no sooner."""
    files = [
        ("Plain words of a text.", ".txt"),
        ('{"id": 1, "text": "Words."}', ".jsonl"),
        ("---\ntitle: Tanks\n---\nWords.", ".txt"),
        ("# Tanks\n\nWords.", ".md"),
        ("Ein Caf\u00e9 \u00f6ffnet sp\u00e4ter, sagt M\u00fcller \u00fcber die T\u00fcr.", ".txt"),
        (PAGE, ".html"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", EXTRACT, json.dumps(files)],
        env=closed_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        [],
        [],
        ["yaml"],
        ["markdown_it", "yaml"],
        ["charset_normalizer", "markdown_it", "yaml"],
        ["charset_normalizer", "markdown_it", "trafilatura", "yaml"],
    ]


def test_a_question(closed_environment: dict[str, str], tmp_path: Path, exported: Path) -> None:
    """One question to a small library is answered without Chroma, LangChain, torch or NNCF."""
    shutil.copytree(exported, tmp_path / "models")
    text = tmp_path / "report.txt"
    text.write_text("The mayor opened the bridge on Sunday.\n", "utf-8")
    here = closed_environment | {"CLIPPINGS_DATA": str(tmp_path)}
    assert not imported(here, COMMAND, "ingest", str(text)) & {"torch", "nncf"}
    found = imported(here, COMMAND, "ask", "Who opened the bridge?")
    assert "openvino" in found
    assert found & HEAVY == set()
