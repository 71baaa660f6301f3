"""What several tests share: the encoder, the reader, a tiny model, the example documents indexed."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.encode import prepare_process

prepare_process()  # before anything imports torch
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from assistant.build import build_assistant, index_documents  # noqa: E402
from assistant.pipeline import Assistant  # noqa: E402
from assistant.reader import Reader, load_reader  # noqa: E402
from assistant.settings import Settings  # noqa: E402
from index.encode import Encoder, load_encoder  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.llm_server import ScriptedServer

EXAMPLES = Path(__file__).parent.parent / "examples" / "documents"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the indexes and settings of whoever runs it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
    monkeypatch.chdir(tmp_path_factory.mktemp("work"))
    for name in [name for name in os.environ if name.startswith("QUOTH_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The bundled encoder."""
    return load_encoder()


@pytest.fixture(scope="session")
def reader(encoder: Encoder) -> Reader:
    """The reader with the shipped weights."""
    return load_reader(encoder)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sentence-transformers model of 16 dimensions that loads at once and knows nothing."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    letters = {chr(code): code - 32 for code in range(32, 127)} | {"[UNK]": 95}
    tokenizer = Tokenizer(models.WordLevel(letters, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    folder = tmp_path_factory.mktemp("models") / "tiny"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=16)], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def example_settings(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Settings:
    """The example documents, indexed with the bundled encoder."""
    assert encoder
    settings = Settings(documents=EXAMPLES, index=tmp_path_factory.mktemp("examples") / "index.sqlite")
    report = index_documents(settings)
    assert not report.failures
    return settings


@pytest.fixture(scope="session")
def example_assistant(example_settings: Settings) -> Iterator[Assistant]:
    """An assistant over the example documents."""
    assistant = build_assistant(example_settings)
    yield assistant
    assistant.store.close()


@pytest.fixture(scope="module")
def server() -> "Iterator[ScriptedServer]":
    """A server for language models that says what it is told to."""
    from tests.llm_server import serve_script

    with serve_script() as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A real browser."""
    from playwright.sync_api import sync_playwright

    from tests.browser import launch

    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()
