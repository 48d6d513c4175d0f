"""One file over HTTP, resumed where it was cut.

What has arrived lies in `<name>.part`, beside it `<name>.part.json` with the server's mark
of the version (ETag or Last-Modified). A resumed request names that mark (RFC 9110, If-Range):
a file that has changed in between is sent, and written, from its beginning.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import urlsplit

import msgspec

from proxy.models.errors import ModelError, on_disk

__all__ = ["ATTEMPTS", "Progress", "Route", "download"]

ATTEMPTS = 6
"""Attempts in a row that bring nothing, after which the server counts as gone."""
TIMEOUT_S = 30.0
CHUNK = 1 << 18
SPARE = 64 << 20
"""Bytes that are left free on the disk."""

Progress = Callable[[str, int, int], None]
"""Told the file's name, the bytes that are there, and all of them (0 while unknown)."""

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)\Z")
_UNSATISFIED = re.compile(r"bytes \*/(\d+)\Z")
_SLEEP: Callable[[int], None] = lambda attempt: time.sleep(min(2**attempt, 30))  # noqa: E731


@dataclass(frozen=True, slots=True)
class Route:
    """How the internet is reached."""

    parent: str | None = None
    """URL of a proxy; without it, what the environment says (https_proxy, no_proxy)."""
    authority: Path | None = None
    """PEM file trusted beside the system's authorities."""
    pause: Callable[[int], None] = _SLEEP
    """Waits before attempt n, from 1."""


class _State(msgspec.Struct, frozen=True):
    """What the bytes in the .part file are a part of."""

    url: str
    mark: str
    total: int


class _AgainError(Exception):
    """This attempt failed in a way that the next one may not."""


class _NoDowngrade(urllib.request.HTTPRedirectHandler):
    """Follows redirects, never from https to something that anyone can change on the way."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - urllib's own
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The request that follows a redirect. Raises ModelError."""
        if urlsplit(req.full_url).scheme == "https" != urlsplit(newurl).scheme:
            raise ModelError(
                "offline", "the server sends https requests on to http", "Import the files instead."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(url: str, target: Path, route: Route, progress: Progress) -> None:
    """Have `target` hold what is at `url`; what is there of it already is not asked for again.

    Raises ModelError: offline, absent, broken or disk. What has arrived is kept then.
    """
    part = target.with_name(target.name + ".part")
    opener = _opener(route)
    attempt = 0
    while True:
        before = _size(part)
        try:
            _attempt(opener, url, part, progress)
            break
        except _AgainError as error:
            attempt = 1 if _size(part) > before else attempt + 1
            if attempt >= ATTEMPTS:
                raise ModelError(
                    "offline",
                    f"{_host(url)} did not send the whole of {target.name} ({error})",
                    "Repeat the command later: it goes on where it stopped.",
                ) from None
            route.pause(attempt)
    part.replace(target)
    _state_file(part).unlink(missing_ok=True)


def _opener(route: Route) -> urllib.request.OpenerDirector:
    context = ssl.create_default_context()
    if route.authority:
        context.load_verify_locations(route.authority)
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.HTTPSHandler(context=context),
        _NoDowngrade(),
    ]
    if route.parent:
        proxies = {"http": route.parent, "https": route.parent}
        handlers.append(urllib.request.ProxyHandler(proxies))
    return urllib.request.build_opener(*handlers)


def _attempt(
    opener: urllib.request.OpenerDirector, url: str, part: Path, progress: Progress
) -> None:
    """Ask for what is missing, and append it. Raises ModelError, or _AgainError."""
    state = _read_state(part, url)
    here = _size(part) if state else 0
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})  # noqa: S310
    if state and here:
        request.add_header("Range", f"bytes={here}-")
        request.add_header("If-Range", state.mark)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            total = _begin(answer, url, part, here)
            _receive(answer, part, total, progress)
    except urllib.error.HTTPError as error:
        with error:
            _refused(error, url, part, here)
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(error, url) from None


def _begin(answer: http.client.HTTPResponse, url: str, part: Path, here: int) -> int:
    """Make the .part file end where the answer begins; the size of the whole, 0 if unknown."""
    length = answer.headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else 0
    if answer.status == http.client.PARTIAL_CONTENT:
        told = _RANGE.match(answer.headers.get("Content-Range", ""))
        if not told or int(told[1]) != here:
            _forget(part)
            raise _AgainError("it resumed at another place")
        return int(told[2])
    _forget(part)
    mark = answer.headers.get("ETag", "")
    mark = answer.headers.get("Last-Modified", "") if not mark or mark.startswith("W/") else mark
    try:
        _room(part, total)
        if mark:
            _state_file(part).write_bytes(msgspec.json.encode(_State(url, mark, total)))
    except OSError as error:
        raise on_disk(error, f"downloading {part.stem}") from None
    return total


def _receive(answer: http.client.HTTPResponse, part: Path, total: int, progress: Progress) -> None:
    with _opened(part) as file:
        here = file.tell()
        progress(part.stem, here, total)
        while chunk := _chunk(answer):
            _write(file, chunk, part)
            here += len(chunk)
            progress(part.stem, here, total)
    if total and here < total:
        raise _AgainError(f"the connection ended after {here} of {total} bytes")
    if total and here > total:
        _forget(part)
        raise _AgainError("it sent more than it had said")


def _chunk(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read1(CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise _AgainError(_reason(error)) from None


def _opened(part: Path) -> BinaryIO:
    try:
        return part.open("ab")
    except OSError as error:
        raise on_disk(error, f"downloading {part.stem}") from None


def _write(file: BinaryIO, chunk: bytes, part: Path) -> None:
    try:
        file.write(chunk)
        file.flush()
    except OSError as error:
        raise on_disk(error, f"downloading {part.stem}") from None


def _refused(error: urllib.error.HTTPError, url: str, part: Path, here: int) -> None:
    """What an error status means: nothing is wrong when all was there already."""
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and here:
        whole = _UNSATISFIED.match(error.headers.get("Content-Range", ""))
        if whole and int(whole[1]) == here:
            return
        _forget(part)
        raise _AgainError("what was there is longer than the file")
    if error.code >= http.client.INTERNAL_SERVER_ERROR or error.code in _LATER:
        raise _AgainError(f"status {error.code}")
    raise ModelError(
        "absent",
        f"{_host(url)} does not give out {part.stem} (status {error.code})",
        "Its address may have changed: import the files instead (docs/operate/models.md).",
    )


_LATER = frozenset({http.client.REQUEST_TIMEOUT, http.client.TOO_MANY_REQUESTS})


def _unreachable(error: Exception, url: str) -> Exception:
    """An error of the connection: ours to repeat, or the network's for good."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return ModelError(
            "offline",
            f"the certificate of {_host(url)} is not trusted ({reason.verify_message})",
            "Where a filter opens connections, name its authority in edge.upstream_ca.",
        )
    if isinstance(reason, socket.gaierror):
        return ModelError("offline", f"the name {_host(url)} is not known here", _WITHOUT)
    return _AgainError(_reason(reason))


_WITHOUT = (
    "On a machine without internet use `jauge models import`; behind a proxy set edge.parent."
)


def _reason(error: object) -> str:
    text = getattr(error, "strerror", None)
    return str(text) if text else type(error).__name__


def _room(part: Path, total: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if total and free < total + SPARE:
        raise ModelError(
            "disk",
            f"{part.stem} needs {total / 1e6:,.0f} MB and the disk has {free / 1e6:,.0f} MB free",
            "Free some space, or put state_dir on a larger disk.",
        )


def _state_file(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read_state(part: Path, url: str) -> _State | None:
    """What the .part file belongs to; None when it is to be written anew."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        state = msgspec.json.decode(_state_file(part).read_bytes(), type=_State)
        return state if state.url == url else None
    return None


def _forget(part: Path) -> None:
    with contextlib.suppress(OSError):
        os.truncate(part, 0)
    _state_file(part).unlink(missing_ok=True)


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except OSError:
        return 0


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the server"
