"""Sentences of an answer as they come: LangChain's custom events, told to whoever listens."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler, dispatch_custom_event

SENTENCE = "clippings.sentence"  # the event: its data is the sentence, checked already


class Sentences(BaseCallbackHandler):
    """Passes each checked sentence of an answer on while the model still writes."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self._heard = heard

    def on_custom_event(self, name: str, data: Any, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ARG002
        """One sentence more."""
        if name == SENTENCE:
            self._heard(str(data))


def tell(sentence: str) -> None:
    """Send a sentence to whoever listens to the runnable that this is called in."""
    dispatch_custom_event(SENTENCE, sentence)
