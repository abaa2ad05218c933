"""A library for any LangChain program: the search as a `BaseRetriever`."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.ask import check
from retrieval.chain import SHOWN, Chain
from retrieval.embedder import SentenceEmbedder
from retrieval.settings import DEFAULT_LIBRARY
from retrieval.types import Passage, Question

Embeddings.register(SentenceEmbedder)


class LibraryRetriever(BaseRetriever):
    """The search over libraries for any LangChain program; `Document.metadata` says where it stands."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    chain: Chain
    libraries: tuple[str, ...] = (DEFAULT_LIBRARY,)
    k: int = SHOWN

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it
    ) -> list[Document]:
        question = Question(query, self.libraries)
        check(question)
        found = self.chain.passages(self.chain.queries(question, query), self.k)
        return [Document(page_content=p.text, metadata=_metadata(p)) for p in found]


def _metadata(passage: Passage) -> dict[str, Any]:
    it = passage.article
    return {
        "article_id": it.id,
        "title": it.title,
        "url": it.url,
        "published": it.published,
        "source": it.source,
        "start": passage.start,
        "end": passage.end,
        "score": passage.score,
        "library": passage.library,
    }
