"""Changing documents over HTTP and in the browser: who may, what is refused, and what the page shows."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, Route, expect

from assistant.build import index_documents
from assistant.credentials import Credentials
from assistant.manage import DocumentManager
from assistant.settings import Settings
from assistant.web.application import Door, create_app
from index.store import Store

from .accessibility import assert_accessible
from .browser import ScriptedAssistant, serving
from .signing_in import ADDRESS, ADMIN, INTRANET, TOKEN, bearer

HOSTILE_NAME = "<img src=x onerror=hacked=1>.txt"
HOSTILE_TEXT = b"<script>hacked=1</script> ![x](http://evil.example/x.png)\n\nNot a title but a trap."


class FolderAssistant(ScriptedAssistant):
    """Answers by heart, and lists what a real index holds."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def documents(self) -> Any:
        return self.store.documents()


@pytest.fixture
def settings(tmp_path: Path, tiny_model: Path) -> Settings:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "lamps.txt").write_text("The first document tells of lighthouses and their lamps.")
    (folder / "broken.pdf").write_bytes(b"no PDF")
    return Settings(documents=folder, index=tmp_path / "index.sqlite", model=str(tiny_model), largest_upload=1)


@contextmanager
def managed(settings: Settings) -> Iterator[tuple[DocumentManager, FolderAssistant]]:
    report = index_documents(settings)
    manager = DocumentManager(settings, report=report)
    with Store.open(settings.index) as store:
        yield manager, FolderAssistant(store)
    manager.close()


@pytest.fixture
def site(settings: Settings) -> Iterator[SimpleNamespace]:
    """The application over a folder, to be called and changed."""
    with managed(settings) as (manager, assistant):
        door = Door(origins=(INTRANET,), credentials=Credentials(token=TOKEN, admin_token=ADMIN))
        app = create_app(assistant, door=door, manager=manager)
        client = TestClient(app, base_url=ADDRESS, follow_redirects=False)
        yield SimpleNamespace(app=app, client=client, manager=manager, folder=settings.documents)


def upload(client: TestClient, name: str, content: bytes, headers: dict[str, str] | None = None, **parameters: str) -> Any:
    return client.post("/api/documents", files={"file": (name, content)}, headers=headers or bearer(ADMIN), params=parameters)


def test_an_upload_is_indexed_and_listed_until_it_is_deleted(site: SimpleNamespace) -> None:
    made = upload(site.client, "hours.md", b"# Hours\n\nThe library opens at nine.")
    assert (made.status_code, made.json()["name"], made.json()["replaced"]) == (201, "hours.md", False)
    assert site.manager.wait(30)
    listed = {one["name"]: one for one in site.client.get("/api/documents", headers=bearer(TOKEN)).json()}
    assert listed["hours.md"]["chunks"] == 1
    assert site.client.delete("/api/documents/hours.md", headers=bearer(ADMIN)).status_code == 200
    assert site.manager.wait(30)
    assert "hours.md" not in {one["name"] for one in site.client.get("/api/documents", headers=bearer(TOKEN)).json()}
    assert not (site.folder / "hours.md").exists()


def test_taking_anothers_place_must_be_asked_for(site: SimpleNamespace) -> None:
    refused = upload(site.client, "lamps.txt", b"Another text.")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "exists")
    assert refused.json()["error"]["remedy"]
    replaced = upload(site.client, "lamps.txt", b"Another text.", overwrite="true")
    assert (replaced.status_code, replaced.json()["replaced"]) == (200, True)


def test_what_is_refused_says_why_and_leaves_nothing(site: SimpleNamespace) -> None:
    before = {path.name for path in site.folder.iterdir()}
    large = upload(site.client, "large.txt", b"word " * 300_000)
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")

    def pieces() -> Iterator[bytes]:  # so that no length is told beforehand
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n\r\n'
        yield from [b"word " * 1000] * 300

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    streamed = site.client.post("/api/documents", content=pieces(), headers=bearer(ADMIN) | kind)
    assert streamed.status_code == 413
    slightly = upload(site.client, "slightly.txt", b"w" * 1_000_001)
    assert slightly.status_code == 422
    assert "larger than 1 MB" in slightly.json()["error"]["message"]
    for name, content in (("a.pdf", b"no PDF"), ("a.exe", b"MZ"), ("../a.txt", b"text"), (".a.txt", b"text"), ("a.txt", b"")):
        refused = upload(site.client, name, content)
        assert refused.status_code == 422, name
        assert refused.json()["error"]["remedy"], name
    assert site.client.post("/api/documents", headers=bearer(ADMIN)).status_code == 422
    assert site.client.post("/api/documents", headers=bearer(ADMIN), content=b"not a form").status_code == 422
    assert {path.name for path in site.folder.iterdir()} == before
    assert not (site.folder.parent / "a.txt").exists()


def test_an_upload_that_says_it_is_too_large_is_answered(settings: Settings) -> None:
    with managed(settings) as (manager, assistant):
        app = create_app(assistant, door=Door(credentials=Credentials(admin_token=ADMIN)), manager=manager)
        with serving(app) as address:
            connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
            connection.putrequest("POST", "/api/documents")
            for name, value in {**bearer(ADMIN), "Content-Type": "multipart/form-data", "Content-Length": "1900000"}.items():
                connection.putheader(name, value)
            connection.endheaders()
            for _ in range(19):
                connection.send(b"w" * 100_000)
            answered = connection.getresponse()
            assert (answered.status, json.loads(answered.read())["error"]["code"]) == (413, "too_large")


def test_a_path_leads_nowhere_else(site: SimpleNamespace) -> None:
    outside = site.folder.parent / "outside.txt"
    outside.write_text("Not to be touched.")
    for path in ("%2e%2e/outside.txt", "..%2foutside.txt", "%2e%2e%2foutside.txt", str(outside), "no.txt"):
        assert site.client.delete(f"/api/documents/{path}", headers=bearer(ADMIN)).status_code in {404, 405}, path
    assert outside.exists()


def test_only_the_admin_token_changes_documents(site: SimpleNamespace) -> None:
    for headers in ({}, bearer(TOKEN), bearer("wrong")):
        assert upload(site.client, "a.txt", b"text", headers or {"X-None": ""}).status_code == 401
        assert site.client.delete("/api/documents/lamps.txt", headers=headers).status_code == 401
        assert site.client.post("/api/index", headers=headers).status_code == 401
        assert site.client.get("/documents", headers=headers).headers["Location"] == "/login?next=/documents"
    assert site.client.post("/api/index", headers=bearer(ADMIN)).status_code == 202
    assert not (site.folder / "a.txt").exists()
    assert (site.folder / "lamps.txt").exists()


def test_only_the_admin_token_tells_how_the_indexing_went(site: SimpleNamespace) -> None:
    for headers in ({}, bearer(TOKEN), {"Origin": INTRANET, **bearer(TOKEN)}):
        refused = site.client.get("/api/index", headers=headers)
        assert refused.status_code == 401
        assert "broken.pdf" not in refused.text
    assert "broken.pdf" in site.client.get("/api/index", headers=bearer(ADMIN)).text


def test_the_password_of_the_chat_does_not_open_the_documents_page(site: SimpleNamespace) -> None:
    data = {"secret": TOKEN, "next": "/documents"}
    refused = site.client.post("/login", data=data)
    assert refused.status_code == 403
    assert "needs the admin token" in refused.text
    site.client.post("/login", data={**data, "next": "/"})
    assert site.client.get("/").status_code == 200
    assert site.client.get("/documents").status_code == 303
    assert upload(site.client, "a.txt", b"text", {"Origin": ADDRESS}).status_code == 401


def test_not_even_a_listed_site_can_change_documents(site: SimpleNamespace) -> None:
    site.client.post("/login", data={"secret": ADMIN, "next": "/documents"})
    assert site.client.get("/documents").status_code == 200
    for origin in (INTRANET, "https://evil.example", "null"):
        assert upload(site.client, "a.txt", b"text", {"Origin": origin}).status_code == 403
        assert upload(site.client, "a.txt", b"text", {"Origin": origin, **bearer(ADMIN)}).status_code == 403
        assert site.client.post("/api/index", headers={"Origin": origin}).status_code == 403
        asked = {"Origin": origin, "Access-Control-Request-Method": "DELETE"}
        assert "DELETE" not in site.client.options("/api/documents/lamps.txt", headers=asked).headers.get(
            "Access-Control-Allow-Methods", ""
        )
    assert upload(site.client, "a.txt", b"text", {"Origin": ADDRESS}).status_code == 201


def test_nobody_may_frame_the_page_and_it_may_run_only_its_own_files(site: SimpleNamespace) -> None:
    site.client.post("/login", data={"secret": ADMIN, "next": "/documents"})
    for path in ("/documents", "/login"):
        headers = site.client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"


def test_without_the_setting_there_is_neither_page_nor_upload() -> None:
    client = TestClient(create_app(ScriptedAssistant()), base_url=ADDRESS)
    assert client.get("/documents").status_code == 404
    refused = client.post("/api/documents", files={"file": ("a.txt", b"text")})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    assert "uploads = true" in refused.json()["error"]["remedy"]


# In the browser


@pytest.fixture
def page(site: SimpleNamespace, browser: Browser) -> Iterator[Page]:
    """The documents page, signed in to; every request must stay with the server."""
    requests: list[str] = []
    complaints: list[str] = []
    with serving(site.app) as address:
        page = browser.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
        page.goto(f"{address}/documents")
        page.get_by_label("Admin token").fill(ADMIN)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("1 document, 1 chunk.")
        yield page
        page.close()
    assert [url for url in requests if not url.startswith(address)] == []
    assert complaints == []


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    chosen: list[Any] = [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in files]
    page.set_input_files("#files", chosen)


def test_the_page_shows_what_is_indexed_and_what_could_not_be_read(page: Page) -> None:
    row = page.get_by_role("row").nth(1)
    expect(row).to_contain_text("lamps.txt")
    expect(row.get_by_role("cell").nth(1)).to_have_text("English")
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    expect(row.get_by_role("cell").nth(4)).to_contain_text("20")
    failed = page.get_by_role("region", name="Not read")
    expect(failed).to_contain_text("broken.pdf")
    expect(failed).to_contain_text("Open it in the program it came from")
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)


def test_files_are_added_each_with_its_own_outcome_and_removed(page: Page, site: SimpleNamespace) -> None:
    choose(page, ("hours.md", b"# Hours\n\nThe library opens at nine."), ("bad.pdf", b"x"), ("lamps.txt", b"New lamps for old."))
    uploads = page.locator("#uploads li")
    expect(uploads.nth(0)).to_contain_text("Added.")
    expect(uploads.nth(1)).to_contain_text("not a PDF")
    expect(uploads.nth(2)).to_contain_text("there already")
    uploads.nth(2).get_by_role("button", name="Replace it").click()
    expect(uploads.nth(2)).to_contain_text("Replaced.")
    expect(page.get_by_role("status")).to_contain_text("2 documents")
    assert_accessible(page)
    page.get_by_label("Filter the documents").fill("HOURS")
    expect(page.locator("#documents tr")).to_have_count(1)
    page.get_by_role("button", name="Remove hours.md").click()
    page.get_by_role("button", name="Keep it").click()
    assert (site.folder / "hours.md").exists()
    page.get_by_role("button", name="Remove hours.md").press("Enter")
    assert_accessible(page)
    page.get_by_role("button", name="Delete the file").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 document,")
    assert not (site.folder / "hours.md").exists()


def test_a_filter_that_nothing_matches_says_so_and_a_look_takes_the_keyboard_from_no_button(page: Page) -> None:
    expect(page.locator("#documents tr").first).to_be_visible()
    page.get_by_role("button", name="Remove").first.focus()
    focused = page.evaluate("document.activeElement.dataset.name")
    with page.expect_response("**/api/documents"):
        page.evaluate("follow()")
    page.wait_for_function("!following")
    assert page.evaluate("document.activeElement.dataset.name") == focused
    page.locator("#filter").fill("no such name")
    expect(page.get_by_text("No document matches.")).to_be_visible()


def test_an_indexing_is_followed_though_a_look_fails(page: Page) -> None:
    looks = []

    def answer(route: Route) -> None:
        looks.append(route)
        states = [{"running": True, "share": 0.5}, None, {"running": False, "share": 1}]
        state = states[min(len(looks), 3) - 1]
        if state is None:
            route.fulfill(status=502, body="")
        else:
            route.fulfill(json={**state, "error": "", "failures": []})

    page.route("**/api/index", answer)
    page.evaluate("follow()")
    expect(page.locator("#index")).to_be_enabled()
    page.wait_for_function("!following")
    assert len(looks) == 3


def test_a_document_that_was_put_into_the_folder_is_found_by_indexing_anew(page: Page, site: SimpleNamespace) -> None:
    (site.folder / "later.txt").write_text("Put here by hand.")
    page.get_by_role("button", name="Index anew").click()
    expect(page.get_by_role("status")).to_contain_text("2 documents")
    expect(page.get_by_role("button", name="Remove later.txt")).to_be_visible()


def test_names_and_titles_are_only_text(page: Page) -> None:
    choose(page, (HOSTILE_NAME, HOSTILE_TEXT))
    expect(page.locator("#uploads li")).to_contain_text("Added.")
    expect(page.get_by_role("status")).to_contain_text("2 documents")
    expect(page.locator("#documents")).to_contain_text(HOSTILE_NAME)
    page.get_by_role("button", name=f"Remove {HOSTILE_NAME}").click()
    expect(page.get_by_role("dialog")).to_contain_text(HOSTILE_NAME)
    expect(page.locator("main img, main script, dialog img")).to_have_count(0)
    assert page.evaluate("window.hacked") is None


def test_it_fits_a_phone_and_signs_out(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("textbox", name="Password").fill("wrong guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    assert_accessible(page)
