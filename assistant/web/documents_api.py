"""The part of the API that changes documents: upload, removal, indexing and how far it is. Only admins come here; see `gate`."""

from typing import Any

from fastapi import APIRouter, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ..manage import DocumentManager

ROOM = 64 * 1024
"""Bytes of a request besides the file that it brings."""


def create_router(manager: DocumentManager) -> APIRouter:
    """The routes over the folder of `manager`."""
    router = APIRouter()

    @router.post("/documents", status_code=201, max_body_size=manager.largest_upload + ROOM, response_model=None)
    async def upload(file: UploadFile, overwrite: bool = False) -> JSONResponse:
        """Puts a file into the folder of documents and has it indexed; `GET /index` tells how far that is.

        201 for a new document, 200 where `overwrite` let it take another one's place, 409 where one of that name is there.
        """
        name = file.filename or ""
        replaced = await run_in_threadpool(manager.add, name, file.file, overwrite=overwrite)
        return JSONResponse({"name": name, "replaced": replaced, "index": manager.state().to_json()}, 200 if replaced else 201)

    @router.delete("/documents/{name:path}", status_code=200)
    def remove(name: str) -> dict[str, Any]:
        """Deletes a document's file, and takes it out of the index."""
        if not manager.remove(name):
            raise HTTPException(404, f"There is no file {name} among the documents. POST /api/index brings the index up to date.")
        return {"name": name, "index": manager.state().to_json()}

    @router.get("/index")
    def state() -> dict[str, Any]:
        """How far the indexing is, or how the last one ended; `failures` are the files that could not be read, and the remedy."""
        return manager.state().to_json()

    @router.post("/index", status_code=202)
    def index() -> dict[str, Any]:
        """Has the folder indexed anew: what was added, changed and deleted since."""
        manager.index()
        return manager.state().to_json()

    return router
