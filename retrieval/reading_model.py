"""The reading model in torch, which only this file's import loads.

It says of each word of a passage whether it answers a question. It is the bundled embedding model's
first four layers with a trained difference of low rank (Hu et al., LoRA: Low-Rank Adaptation of Large
Language Models, 2021) in those from the second on, and a weight for each dimension of what comes out.
`reader.safetensors` holds those and tells where they come from; `evals/train_reader.py` makes it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel
from transformers.utils import logging

_RANK = 32
_FIRST = 1  # the layer from which on there are differences
LAYERS = 4  # of six: a third less work; see docs/decisions/0010


class Differing(torch.nn.Module):  # type: ignore[misc]
    """A linear map that stays as it is, and its difference, which begins as none."""

    def __init__(self, whole: Any) -> None:
        super().__init__()
        self.whole = whole
        self.down = torch.nn.Linear(whole.in_features, _RANK, bias=False)
        self.up = torch.nn.Linear(_RANK, whole.out_features, bias=False)
        torch.nn.init.zeros_(self.up.weight)

    def forward(self, given: Any) -> Any:
        """`(..., in)` to `(..., out)`."""
        return self.whole(given) + self.up(self.down(given))


class ReadingModel(torch.nn.Module):  # type: ignore[misc]
    """Ids, mask and kinds of tokens, `(n, tokens)` int64 each, to a score for each token.

    Args:
        folder: of the embedding model.
        layers: how many of its layers there are, the first ones.

    Raises:
        Exception: it cannot be loaded.
    """

    def __init__(self, folder: Path, layers: int = LAYERS) -> None:
        super().__init__()
        self.folder = folder
        logging.disable_progress_bar()  # it would be drawn across the prompt
        logging.set_verbosity_error()
        self.encoder = AutoModel.from_pretrained(str(folder), attn_implementation="sdpa")
        self.encoder.requires_grad_(requires_grad=False)
        for part in self.encoder.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
        self.encoder.encoder.layer = self.encoder.encoder.layer[:layers]
        for layer in self.encoder.encoder.layer[_FIRST:]:
            for part in list(layer.modules()):
                for name, its in list(part.named_children()):
                    if isinstance(its, torch.nn.Linear):
                        setattr(part, name, Differing(its))
        self.head = torch.nn.Linear(self.encoder.config.hidden_size, 1)

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """`(n, tokens)` float32."""
        found = self.encoder(input_ids, attention_mask, token_type_ids).last_hidden_state
        return self.head(found).squeeze(-1)

    @property
    def trained(self) -> dict[str, Any]:
        """What is trained, by name; all else is the embedding model's."""
        return {name: its for name, its in self.named_parameters() if its.requires_grad}

    def take(self, file: Path, *, more: bool = False) -> None:
        """Take in what was trained; with `more`, the file may have further layers.

        Raises:
            ValueError: the file is not this model's.
        """
        found = load_file(str(file))
        if not found.keys() >= self.trained.keys() or (not more and len(found) > len(self.trained)):
            msg = f"{file} is not this model's"
            raise ValueError(msg)
        for name, its in self.trained.items():
            its.data = found[name].float()

    def merge(self) -> None:
        """Add each difference to its map: the same model, a tenth faster, that cannot be trained further."""
        for part in list(self.modules()):
            for name, its in list(part.named_children()):
                if isinstance(its, Differing):
                    its.whole.weight.data += its.up.weight.data @ its.down.weight.data
                    setattr(part, name, its.whole)

    def save(self, file: Path, about: Mapping[str, str]) -> None:
        """Write what was trained, in half precision, with where it comes from."""
        trained = {name: its.detach().to(torch.float16) for name, its in self.trained.items()}
        save_file(trained, str(file), metadata=dict(about))
