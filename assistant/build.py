"""Settings -> Assistant: the only place that picks implementations."""

import logging
from functools import cache
from pathlib import Path

from index.encode import Encoder, encoder_identity, load_encoder
from index.search import Searcher
from index.store import Store
from index.sync import Progress, Report, check_documents, sync_folder
from index.vectors import VectorIndex

from .phrasing.llm import build_llm, load_prompts
from .phrasing.phrase import Phraser
from .pipeline import Assistant
from .reader import load_reader
from .settings import Settings

_log = logging.getLogger(__name__)


def build_assistant(settings: Settings) -> Assistant:
    """An assistant over the index of the settings. Raises StoreMissingError where there is none yet, StoreMismatchError.

    Raises SettingsError where the language model or the prompts cannot be had as they are set; the model is not asked anything.
    """
    llm = build_llm(settings)
    prompts = load_prompts(settings)
    encoder = load_encoder(settings.model, threads=settings.threads)
    store = Store.open(settings.index_path(), fingerprint=encoder.fingerprint)
    vectors = VectorIndex(store, vector_cache(settings))
    assistant = Assistant(store, Searcher(store, vectors, encoder), encoder, load_reader(encoder), settings)
    if llm is not None:
        assistant.phraser = Phraser(llm, prompts, encoder, settings)
        _log.info("%s", assistant.phraser.described)
    return assistant


def check_phrasing(settings: Settings) -> None:
    """Raises SettingsError where the language model or the prompts cannot be had as they are set. The model is not asked."""
    build_llm(settings)
    load_prompts(settings)


def index_documents(
    settings: Settings,
    progress: Progress | None = None,
    *,
    allow_empty: bool = False,
    rebuild: bool = False,
    encoder: Encoder | None = None,
) -> Report:
    """Brings the index of the settings up to date with the folder of documents. Raises StoreError, EncoderError.

    `rebuild` forgets an index that another model or version made, and begins anew. `encoder` is that of the settings where it
    is loaded already.
    """

    @cache
    def get_encoder() -> Encoder:
        return encoder or load_encoder(settings.model, threads=settings.threads)

    path = settings.index_path()
    check_documents(settings.documents, allow_empty=allow_empty or not rebuild)
    if rebuild:
        get_encoder()  # before anything is forgotten
    fingerprint, dimensions = encoder_identity(settings.model, get_encoder)
    with Store.create_or_open(
        path, fingerprint=fingerprint, dimensions=dimensions, folder=settings.documents.resolve(), rebuild=rebuild
    ) as store:
        report = sync_folder(settings.documents, store, get_encoder, progress, allow_empty=allow_empty)
        vectors = VectorIndex(store, vector_cache(settings))
        vectors.refresh()
        vectors.save()
    return report


def vector_cache(settings: Settings) -> Path:
    """Where the FAISS file of the index stands."""
    return settings.index_path().with_name(f"{settings.index_path().name}.faiss")
