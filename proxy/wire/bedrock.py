"""Amazon Bedrock: converse, converse-stream, invoke, invoke-with-response-stream.

Converse has one shape for all models (`bedrock_converse`). Invoke passes the vendor's own
body through (`bedrock_vendors` picks its reader); its tokens are also in headers, or in
`amazon-bedrock-invocationMetrics` on the last chunk, which fill in what the body lacks.

The model id is in the path. `eu.`, `us.`, `apac.`, `global.` … before it name the group
of regions that may run it: that prefix is the region hint, and stays in `model_asked`,
because it is what was asked. Of an ARN only what follows the last "/" is kept: what
stands before it names the customer's account.

An exception may come as a message inside a 200 stream: its type becomes the error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

import msgspec

from proxy.providers import Call
from proxy.wire.base import Format
from proxy.wire.bedrock_converse import Converse
from proxy.wire.bedrock_vendors import vendor_for
from proxy.wire.reading import Reading
from proxy.wire.shape import Shape

__all__ = ["Bedrock", "base_model"]


class _Metrics(msgspec.Struct, rename="camel"):
    """Counts beside the vendor's body. The input excludes cache reads and writes."""

    input_token_count: int | None = None
    output_token_count: int | None = None
    cache_read_input_token_count: int | None = None
    cache_write_input_token_count: int | None = None


class _Chunk(msgspec.Struct):
    payload: bytes = msgspec.field(default=b"", name="bytes")
    """The vendor's chunk; msgspec undoes its base64."""


class _Error(msgspec.Struct):
    type: str | None = msgspec.field(default=None, name="__type")


class _WithMetrics(msgspec.Struct):
    metrics: _Metrics | None = msgspec.field(default=None, name="amazon-bedrock-invocationMetrics")


_chunk = Shape(_Chunk)
_error = Shape(_Error)
_with_metrics = Shape(_WithMetrics)

_GROUP = re.compile(r"(us-gov|us|eu|apac|global|au|jp|ca|sa|me|af|il|mx|in)\.(?=[a-z0-9-]+\.)")
_COUNT = re.compile(r"[0-9]{1,12}\Z")
_HEADER = "x-amzn-bedrock-{}-token-count"


class Bedrock(Format):
    """All four calls, told apart by `call.action`, else by what comes."""

    name = "bedrock"

    def __init__(self, call: Call, reading: Reading) -> None:
        super().__init__(call, reading)
        self._failed = False
        self._metrics = _Metrics()
        self._inner: Format | None = None
        self._name_model()

    def read_request(self, body: bytes, content_type: str) -> None:
        """See `Format.read_request`."""
        self._inner = self._choose(body)
        self._inner.read_request(body, content_type)
        self._name_model()

    def read_headers(self, status: int, headers: Mapping[str, str]) -> None:
        """See `Format.read_headers`: the counts of invoke, and the type of an error."""
        self._failed = status >= 400
        if self._failed:
            # `ValidationException:http://internal.amazon.com/…`
            kind = headers.get("x-amzn-errortype", "").partition(":")[0]
            self.reading.error_type = kind or "error"
        self._metrics = _Metrics(
            input_token_count=_number(headers.get(_HEADER.format("input"))),
            output_token_count=_number(headers.get(_HEADER.format("output"))),
            cache_read_input_token_count=_number(headers.get(_HEADER.format("cache-read-input"))),
            cache_write_input_token_count=_number(headers.get(_HEADER.format("cache-write-input"))),
        )

    def read_answer(self, body: bytes) -> None:
        """See `Format.read_answer`."""
        if not self._failed:
            self._reader(body).read_answer(body)
            return
        # `com.amazon.coral.service#AccessDeniedException`
        kind = _error.read(body, self.reading).type
        if kind:
            self.reading.error_type = kind.rpartition("#")[2]

    def read_event(self, event: str, data: bytes) -> None:
        """See `Format.read_event`: `event` is the type of the binary message."""
        if event == "chunk":
            self._vendor_chunk(_chunk.read(data, self.reading).payload)
        elif event.endswith(("Exception", "Error")):
            self.reading.error_type = event
            self.reading.ended = True
        else:
            self._reader(data).read_event(event, data)

    def finish(self) -> None:
        """See `Format.finish`."""
        if self._inner is not None:
            self._inner.finish()
        metrics, reading = self._metrics, self.reading
        if reading.input_tokens is None and metrics.input_token_count is not None:
            reading.cache_read_tokens = metrics.cache_read_input_token_count
            reading.cache_write_tokens = metrics.cache_write_input_token_count
            reading.input_tokens = (
                metrics.input_token_count
                + (reading.cache_read_tokens or 0)
                + (reading.cache_write_tokens or 0)
            )
        if reading.output_tokens is None:
            reading.output_tokens = metrics.output_token_count

    def _vendor_chunk(self, data: bytes) -> None:
        if not data:
            return
        self._reader(data).read_event("", data)
        if b'"amazon-bedrock-invocationMetrics"' in data:
            found = _with_metrics.read(data, self.reading).metrics
            self._metrics = found or self._metrics
            self.reading.ended = True

    def _reader(self, data: bytes) -> Format:
        """The reader of the vendor's body; the answer decides if the request was not seen."""
        if self._inner is None:
            self._inner = self._choose(data)
            self._name_model()
        return self._inner

    def _choose(self, body: bytes) -> Format:
        if self.call.action.startswith("converse"):
            return Converse(self.call, self.reading)
        return vendor_for(base_model(self.call.model), body)(self.call, self.reading)

    def _name_model(self) -> None:
        """The model and the region are Bedrock's, whatever a vendor's reader made of them."""
        name = _id(self.call.model) or None
        self.reading.model_asked = name
        group = _GROUP.match(name) if name else None
        self.reading.region = group[1] if group else self.call.region


def base_model(model: str | None) -> str:
    """The vendor's model id: without ARN and without group of regions. "" if unknown."""
    name = _id(model)
    group = _GROUP.match(name)
    return name[group.end() :] if group else name


def _id(model: str | None) -> str:
    """The id in a path, its percent-encoding undone; of an ARN its last part."""
    return unquote(model or "").rpartition("/")[2]


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and _COUNT.match(text) else None
