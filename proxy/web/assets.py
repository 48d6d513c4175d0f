"""What pages load beside themselves: style sheet, script, typeface, pictures.

All of it is known at the start and kept in memory; its address holds a hash of its content,
so that a browser may keep it and still gets the new one after an upgrade.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proxy.look import FACES, FOLDER, font_faces, tokens

__all__ = ["Asset", "Assets"]

_HERE = Path(__file__).parent / "static"
_MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_KEEP = {"cache-control": "private, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    content: bytes
    media: str


class Assets:
    """The files and their addresses."""

    def __init__(self) -> None:
        self.files: Mapping[str, Asset] = {
            name: Asset(content, _MEDIA[Path(name).suffix]) for name, content in _contents().items()
        }
        digest = hashlib.sha256()
        for name, asset in sorted(self.files.items()):
            digest.update(name.encode() + b"\0" + asset.content)
        self._base = f"/static/{digest.hexdigest()[:12]}"

    def url(self, name: str) -> str:
        """Where a file is. Raises KeyError for one that is not there."""
        _ = self.files[name]
        return f"{self._base}/{name}"

    def route(self) -> Route:
        """Serves them."""

        def serve(request: Request) -> Response:
            asset = self.files.get(request.path_params["name"])
            if asset is None or not request.url.path.startswith(f"{self._base}/"):
                raise HTTPException(404)
            return Response(asset.content, media_type=asset.media, headers=_KEEP)

        return Route("/static/{digest}/{name}", serve)


def _contents() -> dict[str, bytes]:
    found = {file.name: file.read_bytes() for file in sorted(_HERE.iterdir()) if file.is_file()}
    style = font_faces(".") + tokens() + found["page.css"].decode("utf-8")
    fonts = {f"{face.file}.woff2": (FOLDER / f"{face.file}.woff2").read_bytes() for face in FACES}
    return found | fonts | {"page.css": style.encode("utf-8")}
