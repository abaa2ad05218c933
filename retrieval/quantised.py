"""A model in whole numbers of eight bits: half as fast again, and its vectors a little other ones.

How large the numbers inside it become is found by running it over `calibration.txt`: a text a line, the
example articles in pieces and then what else turns up, without which such texts get vectors of their own
(other scripts, figures, one word all over, nothing at all). NNCF is imported here alone, and only to
export a model.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import numpy as np

from retrieval.torch_model import TorchModel


def quantised(traced: Any, model: TorchModel) -> Any:
    """The same OpenVINO model in eight bits.

    Args:
        traced: the model in OpenVINO, of two inputs: ids and mask.
        model: it is exported from, whose tokenizer reads the articles.

    Raises:
        Exception: NNCF is missing, or does not know how.
    """
    texts = (files("retrieval") / "calibration.txt").read_text("utf-8").splitlines()
    with _quiet():
        import nncf

        nncf.set_log_level(logging.CRITICAL)  # what goes wrong is raised
        return nncf.quantize(
            traced,
            nncf.Dataset([_tokens(text, model) for text in texts]),
            model_type=nncf.ModelType.TRANSFORMER,
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(texts),
        )


def _tokens(text: str, model: TorchModel) -> list[Any]:
    """Ids and mask of one text, each `(1, tokens)` int64."""
    read = model.model.tokenizer(
        [text], truncation=True, max_length=model.limit, return_tensors="np"
    )
    return [read[name].astype(np.int64) for name in ("input_ids", "attention_mask")]


@contextmanager
def _quiet() -> Iterator[None]:
    """NNCF without its progress bars, and with the class of loggers as it was before."""
    from rich import get_console

    console, kind = get_console(), logging.getLoggerClass()
    was, console.quiet = console.quiet, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        console.quiet = was
        logging.setLoggerClass(kind)
