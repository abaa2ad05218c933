"""The rules of the house, read from the sources: who may import whom, who reads what, how long."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ["bot", "evals", "ingest", "retrieval"]  # each imports only what stands after it
LONGEST_FILE, LONGEST_FUNCTION = 250, 40
# url2pathname opens nothing.
NETWORK = {"socket", "ssl", "urllib.request", "http.client", "urllib3", "requests", "httpx"}
OPENS = {"ingest/fetching.py", "retrieval/chroma.py"}
ENVIRONMENT = {
    "retrieval/settings.py": {"environ"},
    "bot/screen.py": {"NO_COLOR", "TERM"},  # of the terminal, not of clippings
    "evals/paces.py": {"environ"},  # handed on to the programs that it times
}

Imports = set[str]


def sources(*folders: str) -> list[str]:
    """The Python files below those folders, by their paths in the tree."""
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return sorted(file.relative_to(ROOT).as_posix() for file in files)


EVERY = sources(*ROOMS, "tests")
OURS = sources(*ROOMS)


def tree(path: str) -> ast.Module:
    """A file as Python reads it."""
    return ast.parse((ROOT / path).read_text("utf-8"), path)


def imports(module: ast.AST) -> Imports:
    """Every module that is imported anywhere in it, and each name that is taken out of one."""
    found: Imports = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
            assert node.level == 0, "imports are written in full"
    return found


def of(found: Imports, package: str) -> Imports:
    """Those of the imports that are of that package."""
    return {name for name in found if name == package or name.startswith(f"{package}.")}


def environment(module: ast.AST) -> set[str]:
    """What it reads of the environment: the names of variables, or `environ` for all of it."""
    found, named = set(), set()
    for node in ast.walk(module):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="environ") as read, attr="get"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                found.add(name)
                named.add(read)
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv"):
                if node not in named:
                    found.add("environ")
    taken = of(imports(module), "os") & {"os.environ", "os.environb", "os.getenv"}
    return found | ({"environ"} if taken else set())


def functions(module: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in it."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def undescribed(body: list[ast.stmt], inside: str = "") -> Iterator[str]:
    """The public functions, classes and methods without a docstring."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{inside}{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from undescribed(node.body, f"{node.name}.")


def test_there_is_something_to_read() -> None:
    """All rooms are found, so that no rule holds for nothing."""
    assert {path.partition("/")[0] for path in OURS} == set(ROOMS)
    assert "tests/test_house.py" in EVERY


@pytest.mark.parametrize("path", OURS)
def test_imports_go_one_way(path: str) -> None:
    """A room imports itself and the rooms below it, and no test."""
    room = path.partition("/")[0]
    above = [*ROOMS[: ROOMS.index(room)], "tests"]
    found = imports(tree(path))
    assert {name for other in above for name in of(found, other)} == set()


@pytest.mark.parametrize("path", OURS)
def test_who_may_import_what(path: str) -> None:
    """One file imports chromadb, one folder discord; who opens connections is known by name."""
    found = imports(tree(path))
    if path != "retrieval/chroma.py":
        assert of(found, "chromadb") == set()
    if not path.startswith("bot/discord/"):
        assert of(found, "discord") == set()
    if path not in OPENS:
        opening = {name for package in NETWORK for name in of(found, package)}
        assert opening <= {"urllib.request.url2pathname"}


@pytest.mark.parametrize("path", OURS)
def test_who_reads_the_environment(path: str) -> None:
    """Settings come from one place."""
    assert environment(tree(path)) <= ENVIRONMENT.get(path, set())


@pytest.mark.parametrize("path", sources("evals", "ingest", "retrieval"))
def test_below_the_front_ends_all_is_synchronous(path: str) -> None:
    """Nothing there knows of asyncio."""
    module = tree(path)
    assert of(imports(module), "asyncio") == set()
    assert not any(isinstance(it, ast.AsyncFunctionDef) for it in functions(module))


@pytest.mark.parametrize("path", EVERY)
def test_files_and_functions_are_short(path: str) -> None:
    """So that each can be read at once."""
    assert len((ROOT / path).read_text("utf-8").splitlines()) <= LONGEST_FILE
    long = {
        it.name: lines
        for it in functions(tree(path))
        if (lines := (it.end_lineno or 0) - it.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", OURS)
def test_what_is_public_is_described(path: str) -> None:
    """Every public function, class and method has a docstring, and so has every file."""
    module = tree(path)
    assert ast.get_docstring(module)
    assert list(undescribed(module.body)) == []


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("import os\nos.environ.get('A')", {"A"}),
        ("import os\nos.environ['A']", {"environ"}),
        ("import os\nos.environ.get(name)", {"environ"}),
        ("import os\nos.getenv('A')", {"environ"}),
        ("from os import environ", {"environ"}),
        ("import os\nos.getcwd()", set()),
    ],
)
def test_reading_the_environment_is_noticed(code: str, read: set[str]) -> None:
    """However it is written."""
    assert environment(ast.parse(code)) == read


def test_breaking_a_rule_is_noticed() -> None:
    """An import within a function counts, and so does a name taken out of a package."""
    found = imports(ast.parse("def f():\n    from urllib import request\n    import bot.cli\n"))
    assert of(found, "urllib.request") == {"urllib.request"}
    assert of(found, "bot") == {"bot.cli"}
    assert list(undescribed(ast.parse("class A:\n    def b(self): ...\n").body)) == ["A", "A.b"]
