"""Three short reports for the tests of the model reader, and a chain over them with a fake model."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fakes import HashEmbedder, article, put
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk

from retrieval.chain import Chain, build
from retrieval.settings import Settings
from retrieval.spending import Spending
from retrieval.types import Question
from retrieval.writer import Writer

SYRIA = article(
    "syria",
    'Syria\'s foreign ministry condemned the Turkish incursion as a "blatant violation" of its '
    "sovereignty. It asked the council to act on 24 August.",
    title="Tanks cross the border",
    source="Border Dispatch",
    published="2016-08-24",
)
RUSSIA = article(
    "russia",
    'Russia\'s foreign ministry said it was "deeply worried" by the Turkish incursion. '
    "Trains ran late in the capital.",
    title="Powers divided",
    source="Capital Review",
    published="2016-08-25",
)
GERMANY = article(
    "germany",
    "Martin Schaefer said Germany respected the Turkish incursion. About 70 targets were struck.",
    title="Berlin respects it",
    source="Capital Review",
    published="2016-08-26",
)
ASKED = Question("Who condemned the Turkish incursion?")
PLAN = "Question: Who condemned the Turkish incursion?\nSearch: condemned Turkish incursion"


class FakeModel(BaseChatModel):
    """Says its lines in order, word by word, the last for ever; a line may be an error to raise.

    A line may also be a function of the messages. `asked` keeps every call's messages.
    """

    lines: list[Any]
    asked: list[list[BaseMessage]] = []  # noqa: RUF012 - pydantic copies it
    usage: bool = True

    @property
    def _llm_type(self) -> str:
        return "fake"

    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def _stream(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, Exception):
            raise line
        text = line(messages) if callable(line) else line
        words = text.split(" ")
        for number, word in enumerate(words):
            last = number == len(words) - 1
            usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
            message = AIMessageChunk(
                content=word + ("" if last else " "),
                usage_metadata=usage if last and self.usage else None,
            )
            yield ChatGenerationChunk(message=message)


def newsroom(data: Path) -> Chain:
    """A chain over the three reports; no model yet."""
    made = build(Settings(data=data), HashEmbedder())
    put(made.library("main", create=True), [SYRIA, RUSSIA, GERMANY], HashEmbedder(), words=30)
    return made


def says(
    chain: Chain,
    data: Path,
    lines: Sequence[str | Exception | Callable[[list[BaseMessage]], str]],
    *,
    budget: int | None = None,
    sleep: Callable[[float], None] = lambda _: None,
) -> FakeModel:
    """Give the chain a model that says those lines; what it costs is kept in that folder."""
    model = FakeModel(lines=list(lines), asked=[])
    chain.writer = Writer("fake:model", model, Spending(data), budget=budget, sleep=sleep)
    return model


def cite(*sentences: tuple[str, str]) -> Callable[[list[BaseMessage]], str]:
    """A line of the model that cites, for each sentence, the passage with that text."""

    def line(messages: list[BaseMessage]) -> str:
        shown = str(messages[-1].content)
        said = []
        for sentence, text in sentences:
            before = shown[: shown.index(text)]
            said.append(f"{sentence} [{before.rsplit('number=', 1)[1].split(chr(34))[1]}]")
        return " ".join(said)

    return line
