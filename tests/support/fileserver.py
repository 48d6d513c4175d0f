"""A web server for files that misbehaves on demand: cuts, refuses, changes, forgets ranges."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_RANGE = re.compile(r"bytes=(\d+)-\Z")


@dataclass
class Files:
    """What is served, and how. Change it between requests."""

    files: dict[str, bytes]
    mark: str = '"v1"'
    """ETag; empty for a server that sends none."""
    cuts: list[int] = field(default_factory=list)
    """Bytes after which the next answers break off, one answer each."""
    statuses: list[int] = field(default_factory=list)
    """Statuses of the next answers."""
    ranges: bool = True
    redirect: str = ""
    url: str = ""
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    """Path and headers of every request."""

    def ranges_asked(self) -> list[str | None]:
        """The Range header of every request."""
        return [headers.get("range") for _, headers in self.asked]


class _Handler(BaseHTTPRequestHandler):
    served: Files

    def do_GET(self) -> None:
        served = self.served
        headers = {name.lower(): value for name, value in self.headers.items()}
        served.asked.append((self.path, headers))
        if served.redirect:
            self._head(302, {"Location": served.redirect, "Content-Length": "0"})
        elif served.statuses:
            self._head(served.statuses.pop(0), {"Content-Length": "0"})
        elif self.path.lstrip("/") not in served.files:
            self._head(404, {"Content-Length": "0"})
        else:
            self._file(served.files[self.path.lstrip("/")], headers)

    def _file(self, content: bytes, headers: Mapping[str, str]) -> None:
        served = self.served
        wanted = _RANGE.match(headers.get("range", ""))
        start = int(wanted[1]) if wanted else 0
        told = {"ETag": served.mark} if served.mark else {}
        if not served.ranges or headers.get("if-range", served.mark) != served.mark:
            start = 0
        if start and start >= len(content):
            self._head(416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
            return
        body = content[start:]
        if start:
            told["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._head(206 if start else 200, told | {"Content-Length": str(len(body))})
        if served.cuts:
            self.wfile.write(body[: served.cuts.pop(0)])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own
        """Quiet."""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Files]:
    """Serve on a free port of this machine."""
    served = Files(files)
    handler = type("Handler", (_Handler,), {"served": served})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        served.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
