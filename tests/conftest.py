"""What several tests share: the encoder, the reader, a tiny model, the example documents indexed, an empty index."""

import os
import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from index.encode import prepare_process

prepare_process()  # before anything imports torch
pytest.register_assert_rewrite("tests.stores", "tests.reading")  # what fails there tells as much as what fails in a test
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
hypothesis.settings.register_profile("untimed", deadline=None)  # what is slow on a busy machine is not wrong
hypothesis.settings.load_profile("untimed")

from assistant.build import build_assistant, index_documents  # noqa: E402
from assistant.pipeline import Assistant  # noqa: E402
from assistant.reader import Reader, load_reader  # noqa: E402
from assistant.settings import Settings  # noqa: E402
from index.encode import Encoder, load_encoder  # noqa: E402
from index.store import Store  # noqa: E402
from tests.stores import open_store  # noqa: E402
from tests.training_rows import NAMES, entry, parallel_entry, write_rows  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from assistant.feedback import FeedbackStore
    from tests.browser import NewPage, WordyAssistant
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
def rows_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rows in several languages, of the sources that the mixture knows."""
    english = [
        entry(
            f"{name} was built in {1800 + number}. {other} was built in {1900 + number}. "
            + "Its walls are thick. " * (number % 30),
            str(1800 + number),
            f"When was {name} built?",
        )
        for number, (name, other) in enumerate(list(permutations(NAMES, 2)) * 2)
    ]
    several = [
        entry(
            f"Talo {number} on kylässä {number % 7}. Se on vanha.", f"kylässä {number % 7}", f"Missä talo {number} on?", language
        )
        for number, language in enumerate(["fi", "sw", "ko"] * 40)
    ]
    across = [{**entry(f"Le pont {i} est à Lyon.", "Lyon", f"Ina gada {i} take?"), "lang": "hau>fr"} for i in range(60)]
    files = {
        "qamr": english[:90],
        "squad2-half-dev": [*english[60:], *(entry(f"Nothing is told here of {i}.", None) for i in range(40))],
        "tydiqa-goldp": several,
        "afriqa-crosslingual": across,
        "xquad-parallel": [parallel_entry(article, number) for number in range(3) for article in range(36)],
    }
    return write_rows(tmp_path_factory.mktemp("rows"), files)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an index is made, in a folder that is not there yet."""
    return tmp_path / "documents" / "index.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """An empty index."""
    with open_store(path) as opened:
        yield opened


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


@pytest.fixture
def assistant(server: "ScriptedServer", example_assistant: Assistant) -> Assistant:
    """An assistant over the example documents, with that server behind it."""
    from tests.llm_server import with_model

    server.forget()
    return with_model(example_assistant, server.url)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A real browser."""
    from playwright.sync_api import sync_playwright

    from tests.browser import launch

    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def scripted() -> "WordyAssistant":
    """What answers in the chat."""
    from tests.browser import WordyAssistant

    return WordyAssistant()


@pytest.fixture(scope="module")
def opinions(tmp_path_factory: pytest.TempPathFactory) -> "FeedbackStore":
    """Where what users think of answers is kept."""
    from assistant.feedback import FeedbackStore

    return FeedbackStore(tmp_path_factory.mktemp("feedback") / "feedback.sqlite")


@pytest.fixture(scope="module")
def chat_site(scripted: "WordyAssistant", opinions: "FeedbackStore") -> Iterator[str]:
    """The address of a chat that knows its answers by heart."""
    from assistant.web.application import create_app
    from tests.browser import EXAMPLE, serving

    with serving(create_app(scripted, examples=[EXAMPLE], feedback=opinions)) as address:
        yield address


@pytest.fixture(scope="module")
def chat_context(browser: "Browser") -> "BrowserContext":
    """One for all tests, for its cache; each page in it is another visitor all the same."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context


@pytest.fixture
def new_page(chat_context: "BrowserContext", chat_site: str) -> "Iterator[NewPage]":
    """Opens the chat as a new visitor. Whatever the test does, every request must stay with the server, and nothing may fail."""
    from playwright.sync_api import expect

    requests: list[str] = []
    complaints: list[str] = []
    pages: list[Page] = []

    def open_page(address: str = chat_site, *, dark: bool = False, size: tuple[int, int] = (1280, 800)) -> "Page":
        page = chat_context.new_page()
        pages.append(page)
        page.set_default_timeout(15_000)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.goto(address)
        expect(page.get_by_role("textbox")).to_be_visible()
        return page

    yield open_page
    for page in pages:
        page.close()
    assert [url for url in requests if not url.startswith("http://127.0.0.1:")] == []
    # Gradio says so of a stream that a reload has cut off.
    assert [complaint for complaint in complaints if not re.search("AbortError|Connection errored out", complaint)] == []


@pytest.fixture
def page(new_page: "NewPage") -> "Page":
    """The chat."""
    return new_page()
