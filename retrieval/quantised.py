"""A model in whole numbers of eight bits: half as fast again or more, and what comes out a little other.

How large the numbers inside it become is found by running it over `calibration.txt`: a text a line, the
example articles in pieces and then what else turns up, without which such texts get vectors of their own
(other scripts, figures, one word all over, nothing at all). NNCF is imported here alone, and only to
export a model.
"""

import logging
import platform
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import first_line

log = logging.getLogger("clippings")
_X86 = {"x86_64", "AMD64"}  # where it was measured


def calibration() -> list[str]:
    """The texts that a model is run over."""
    return (files("retrieval") / "calibration.txt").read_text("utf-8").splitlines()


def quantised(traced: Any, inputs: Sequence[list[NDArray[np.int64]]], smoothed: float) -> Any:
    """The same OpenVINO model in eight bits.

    Args:
        traced: the model in OpenVINO.
        inputs: what it is run over, each all of its inputs.
        smoothed: how much of what sticks out of the activations is moved to the weights, from 0 to 1;
            Xiao et al., SmoothQuant (ICML 2023).

    Raises:
        Exception: NNCF is missing, or does not know how.
    """
    with _quiet():
        import nncf

        nncf.set_log_level(logging.CRITICAL)  # what goes wrong is raised
        alphas = nncf.AdvancedSmoothQuantParameters(matmul=smoothed)
        return nncf.quantize(
            traced,
            nncf.Dataset(inputs),
            model_type=nncf.ModelType.TRANSFORMER,
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(inputs),
            # The table of words would be unpacked to 32 bits; as it is it stays in 16.
            ignored_scope=nncf.IgnoredScope(types=["Gather"]),
            advanced_parameters=nncf.AdvancedQuantizationParameters(smooth_quant_alphas=alphas),
        )


def small(export: Callable[[bool], None]) -> None:
    """Export a model in eight bits, which `export` is told; as it is where that cannot be done.

    Raises:
        Exception: it cannot be exported at all.
    """
    trouble = ""
    if platform.machine() in _X86:
        try:
            export(True)
        except Exception as error:  # noqa: BLE001 - as it is, it is only slower
            trouble = first_line(error)
        else:
            return
    export(False)
    if trouble:
        log.warning("the model runs without eight bits, slower (%s)", trouble)


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
