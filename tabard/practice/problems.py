"""What Practice says when it does not do as asked: `application/problem+json` with a stable `code`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse


class Problem(Exception):
    """A request that gets no. `code` is for programs, `detail` for people; `more` joins the body."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more

    def response(self) -> JSONResponse:
        body = {"status": self.status, "code": self.code, "detail": self.detail, **self.more}
        return JSONResponse(body, self.status, self.headers, media_type="application/problem+json")


class HungUp(Exception):
    """The connection is to be closed now, without an answer."""


def missing(what: str) -> Problem:
    return Problem(404, "not_found", f"There is no such {what}.")


def invalid(field: str, detail: str, code: str = "invalid") -> Problem:
    return Problem(422, code, detail, field=field)
