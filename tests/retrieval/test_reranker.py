"""The reranker: passages in a cross-encoder's order, scores on their scale, plain words when it fails."""

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cross_encoder import MODEL, looking_for, untrained
from fakes import HashEmbedder, article, put, ready

from retrieval.chain import Chain, build
from retrieval.errors import RerankerError
from retrieval.keywords import Bm25
from retrieval.library import Library
from retrieval.reranker import READ, Reranked, by_fusion
from retrieval.search import Dense, Diverse, Fused, Keyword, Query
from retrieval.settings import Settings
from retrieval.terms import terms
from retrieval.types import Question
from retrieval.vectors import Vectors

WORD = "zebra"
STORIES = [
    article("plain", "Turkish tanks crossed the border. The border was quiet.", title="Tanks"),
    article("one", "Nobody at the border spoke of any zebra there.", title="A crossing"),
    article("many", "A zebra at the border, a zebra and one more zebra.", title="Zebra zebra"),
    *(article(n, f"Report{n} tells of the border and of tanks. " * 3) for n in range(12)),
    *(article(n, f"Report{n} tells of place{n} and of nothing else.") for n in range(12, 45)),
]
ASKED = Question("What did the tanks at the border do?")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The folders of small cross-encoders, by name."""
    root = tmp_path_factory.mktemp("models")
    return {
        "word": str(looking_for(WORD, root / "word")),
        "untrained": str(untrained(root / "untrained")),
        "three": str(untrained(root / "three", labels=3)),
    }


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Vectors, Path]]:
    """A library of the stories, its vectors and its data folder; no test changes it."""
    data = tmp_path_factory.mktemp("data")
    library, vectors = Library(data / "libraries" / "main", create=True), Vectors(data)
    put(library, STORIES, HashEmbedder(), words=60)
    vectors.sync(library)
    yield library, vectors, data
    library.close()
    vectors._chroma.forget_client()


def fused(vectors: Vectors) -> Diverse:
    """The search without a reranker."""
    return Diverse(Fused(Dense(vectors), Keyword(Bm25())))


def query(library: Library, text: str = ASKED.text) -> Query:
    """A question made ready."""
    return Query(library, text, tuple(terms(text)), ready(HashEmbedder().query(text)))


def opened(data: Path, model: str | None) -> Chain:
    """A chain over the stories with that reranker."""
    return build(Settings(data=data, reranker=model), HashEmbedder())


def test_the_order_is_the_cross_encoders(
    stored: tuple[Library, Vectors, Path], models: dict[str, str]
) -> None:
    """What it prefers comes first, which the search alone did not put there."""
    library, vectors, _ = stored
    before = fused(vectors).retrieve(query(library), READ)
    assert {it.article.id for it in before[:2]}.isdisjoint({"amany", "aone"})
    found = Reranked(fused(vectors), models["word"]).retrieve(query(library), READ)
    assert [it.article.id for it in found[:2]] == ["amany", "aone"]
    preferred = [it.parts["reranked"] for it in found]
    assert preferred == sorted(preferred, reverse=True)
    assert 1 > preferred[0] > preferred[1] > preferred[2] == preferred[-1] == 0.5


def test_it_is_asked_as_sentence_transformers_would(
    stored: tuple[Library, Vectors, Path], models: dict[str, str]
) -> None:
    """The question and each passage with its title; a logistic function makes shares of any scores."""
    import torch
    from sentence_transformers import CrossEncoder

    library, vectors, _ = stored
    for name in ("untrained", "word"):
        own = CrossEncoder(models[name], local_files_only=True)
        found = Reranked(fused(vectors), models[name]).retrieve(query(library), READ)
        pairs = [(ASKED.text, f"{it.article.title}\n{it.text}") for it in found]
        raw = own.predict(pairs, activation_fn=torch.nn.Identity(), convert_to_tensor=True)
        expected = torch.sigmoid(raw).tolist()
        assert [it.parts["reranked"] for it in found] == pytest.approx(expected, abs=1e-5)
        assert sorted(expected, reverse=True) == pytest.approx(expected, abs=1e-5)


def test_scores_stay_on_their_scale(
    stored: tuple[Library, Vectors, Path], models: dict[str, str]
) -> None:
    """Places keep their scores, passages what these were made of; what is not read stays behind."""
    library, vectors, _ = stored
    before = fused(vectors).retrieve(query(library), READ + 5)
    found = Reranked(fused(vectors), models["word"]).retrieve(query(library), READ + 5)
    assert [it.score for it in found] == [it.score for it in before]
    assert found[READ:] == before[READ:]
    parts = {it.chunk: it.parts for it in before}
    for it in found[:READ]:
        assert parts[it.chunk].items() <= it.parts.items()
    assert by_fusion(found) == sorted(
        found, key=lambda it: [b.chunk for b in before].index(it.chunk)
    )


def test_fewer_are_the_first_of_more(
    stored: tuple[Library, Vectors, Path], models: dict[str, str]
) -> None:
    """No more than asked for; none of a library without passages."""
    library, vectors, data = stored
    reranked = Reranked(fused(vectors), models["word"])
    every = [it.chunk for it in reranked.retrieve(query(library), 20)]
    assert [it.chunk for it in reranked.retrieve(query(library), 3)] == every[:3]
    assert reranked.retrieve(query(library), 0) == []
    empty = Library(data / "libraries" / "empty", create=True)
    assert reranked.retrieve(query(empty), 3) == []
    empty.close()


def test_any_text_can_be_read(models: dict[str, str]) -> None:
    """Longer than the model reads, empty, or with half characters."""
    texts = ["word " * 900, "", "half \ud800 a character", "😀\x00"]
    found = Reranked(None, models["untrained"]).scores("who?", texts)  # type: ignore[arg-type]
    assert len(found) == 4
    assert all(0 < it < 1 for it in found)


def test_many_at_once(stored: tuple[Library, Vectors, Path], models: dict[str, str]) -> None:
    """Threads get what each would get alone; the model is loaded once."""
    reranked = Reranked(fused(stored[1]), models["untrained"])
    texts = [f"{it.text} " * (n % 4 + 1) for n, it in enumerate(STORIES)]
    expected = [Reranked(fused(stored[1]), models["untrained"]).scores(t, texts) for t in texts[:4]]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: reranked.scores(text, texts), texts[:4]))
    for its, own in zip(found, expected, strict=True):
        assert its == pytest.approx(own, abs=1e-5)


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no such model", "/no/such/folder"])
def test_an_unknown_model_is_told_at_once(name: str) -> None:
    """Without network, a name that is not here gives one plain line within seconds."""
    import sentence_transformers  # noqa: F401 - which takes seconds of its own

    started = time.monotonic()
    with pytest.raises(
        RerankerError, match=r"could not be loaded.*check CLIPPINGS_RERANKER"
    ) as error:
        Reranked(None, name).warm()  # type: ignore[arg-type]
    assert time.monotonic() - started < 10
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_reranker_is_told(models: dict[str, str], tmp_path: Path) -> None:
    """A folder of something else, an embedder, a classifier: a plain line instead of a random order."""
    for name, why in (
        (str(tmp_path), "could not be loaded"),
        (str(MODEL), "it is BertModel, not a cross-encoder"),
        (models["three"], "does not give one score for each passage"),
    ):
        with pytest.raises(RerankerError, match=why) as error:
            Reranked(None, name).warm()  # type: ignore[arg-type]
        assert "\n" not in str(error.value)
        assert "CLIPPINGS_RERANKER" in str(error.value)


def test_a_model_that_is_damaged_is_told(models: dict[str, str], tmp_path: Path) -> None:
    """Weights that are not numbers rank nothing."""
    from safetensors.torch import load_file, save_file

    shutil.copytree(models["untrained"], tmp_path / "model")
    file = tmp_path / "model" / "model.safetensors"
    weights = load_file(file)
    weights["classifier.weight"] *= float("nan")
    save_file(weights, file, {"format": "pt"})
    with pytest.raises(RerankerError, match="does not give one score"):
        Reranked(None, str(tmp_path / "model")).warm()  # type: ignore[arg-type]


def test_the_chain_answers_in_that_order(
    stored: tuple[Library, Vectors, Path], models: dict[str, str]
) -> None:
    """Set in the settings, it orders the passages of an answer; the gate judges what it did before."""
    plain, chain = opened(stored[2], None), opened(stored[2], models["word"])
    chain.warm()
    before, answer = plain.ask(ASKED), chain.ask(ASKED)
    assert [it.article.id for it in answer.passages[:2]] == ["amany", "aone"]
    assert len(answer.passages) == len(before.passages) == 10
    assert answer.confidence == before.confidence
    assert "reranked" in next(it for it in answer.steps if it.name == "search").lines[0]
    foreign = Question("Who discovered penicillin?")
    assert chain.ask(foreign).status == plain.ask(foreign).status == "abstained"
    for it in (plain, chain):
        it.close()


def test_the_chain_tells_what_cannot_be_loaded(stored: tuple[Library, Vectors, Path]) -> None:
    """A question gets the plain line, and nothing is answered without the reranker that was wanted."""
    chain = opened(stored[2], "/no/such/folder")
    with pytest.raises(RerankerError, match="check CLIPPINGS_RERANKER"):
        chain.ask(ASKED)
    chain.close()


_LIGHT = """
import sys
from pathlib import Path
from fakes import HashEmbedder
from retrieval.chain import build
from retrieval.settings import Settings
from retrieval.types import Question
for reranker in (None, sys.argv[2]):
    chain = build(Settings(data=Path(sys.argv[1]), reranker=reranker), HashEmbedder())
    print(sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
    print(chain.ask(Question(sys.argv[3])).passages[0].article.id)
    chain.close()
"""


def test_nothing_heavy_is_imported_unless_it_is_set(
    stored: tuple[Library, Vectors, Path], models: dict[str, str], child: Callable[..., Any]
) -> None:
    """Without it a question imports no torch; with it, the first question does and no sooner."""
    out, problems = child(_LIGHT, stored[2], models["word"], ASKED.text).communicate(timeout=120)
    light, first, still, ranked = out.splitlines()
    assert (light, still) == ("[]", "[]"), problems
    assert first != ranked == "amany"
