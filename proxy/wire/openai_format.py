"""What all formats in the shapes of OpenAI share: model names and errors.

Errors become one short code: the service's own. Their messages are free text and are
never kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.exchange import clean_name
from proxy.wire.base import Format
from proxy.wire.reading import Reading

__all__ = ["OpenAIFormat", "read_error"]

_KEYS = ("type", "code", "status", "__type", "error_type")
"""Where a code may stand, in order of preference."""


class OpenAIFormat(Format):
    """A format whose errors are told by the status, or by how they look."""

    _failed = False

    def read_headers(self, status: int, headers: Mapping[str, str]) -> None:
        """See `Format`."""
        del headers
        self._failed = status >= 400

    def _ask(self, model: object) -> None:
        """Take the model that the request names, if it does; it beats the one in the path."""
        if isinstance(model, str) and model:
            self.reading.model_asked = model

    def _name(self, model: object) -> None:
        """Take the model that the answer names, if it does."""
        if isinstance(model, str) and model:
            self.reading.model_answered = model

    def _read_failure(self, body: object) -> None:
        """Take the error of a body that is not the expected one, if it is an error.

        After a status of 400 or more every body is one; else it must say so.
        """
        if isinstance(body, list) and body:
            body = body[0]
        if not isinstance(body, dict):
            if self._failed:
                self.reading.error_type = "error"
        elif "error" in body:
            read_error(self.reading, body["error"], body)
        elif self._failed or "error" in {body.get("object"), body.get("type")}:
            read_error(self.reading, body)


def read_error(reading: Reading, error: object, beside: object = None) -> None:
    """Take the code of an error object, else of what stands beside it, else "error".

    `null`, false and an empty object are no errors.
    """
    if error:
        reading.error_type = _code(error) or _code(beside) or "error"


def _code(body: object) -> str | None:
    if not isinstance(body, dict):
        return None
    for key in _KEYS:
        value = body.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value != "error":
            code = clean_name(value)
            if code is not None and code != "other":
                return code
    return None
