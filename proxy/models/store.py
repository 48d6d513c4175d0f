"""Where model files are kept: one folder each under state_dir/models, with a manifest.

The manifest is written last. It holds the full SHA-256 of every file as it was when it was
fetched, imported or made, and how much that is worth; every use compares. Whoever can write
the folder can change both: the manifest guards against accidents, the configuration's
`detoxify.sha256` also against people.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from proxy.models.digest import sha256_of
from proxy.models.errors import ModelError, on_disk
from proxy.models.known import Name

__all__ = ["MANIFEST", "Agreement", "Assurance", "Manifest", "Record", "Store"]

MANIFEST = "manifest.json"
Assurance = Literal["configuration", "published", "prefix", "first-use", "made-here"]
"""What a digest was compared with before it was written down: the configuration's, the
publisher's, its first 8 digits only, nothing; or the file was made on this machine."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One file as it should be."""

    name: Name
    bytes: int
    sha256: str
    assurance: Assurance


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How far a converted network's scores are from those of the one it was made from."""

    largest: float
    """Largest difference between two scores, over all texts and classes."""
    mean: float
    flips: int
    """Scores on different sides of 0.5."""
    texts: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder holds."""

    format: Literal[1] = 1
    classifier: Literal["detoxify", "detoxify-onnx"]
    model: Name
    languages: tuple[str, ...]
    licence: str
    files: tuple[Record, ...]
    recorded: str
    """When, ISO 8601."""
    classes: tuple[str, ...] = ()
    """Of a converted network; a checkpoint names its own."""
    limit: int = 0
    """Tokens that a converted network reads at once; a checkpoint's configuration says it."""
    made_from: str = ""
    """SHA-256 of the checkpoint that a network was converted from."""
    agreement: Agreement | None = None

    def record(self, suffix: str) -> Record:
        """The one file with that end. Raises ModelError."""
        found = [record for record in self.files if record.name.endswith(suffix)]
        if len(found) != 1:
            raise ModelError(
                "broken",
                f"{MANIFEST} of {self.classifier} {self.model} names {len(found)} {suffix} files",
                "Fetch or import it again.",
            )
        return found[0]


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of all models; it need not exist."""

    root: Path

    def folder(self, classifier: str, model: str) -> Path:
        """Where the files of a model for a classifier are, or would be."""
        return self.root / f"{classifier}-{model}"

    def manifest(self, classifier: str, model: str) -> Manifest:
        """What should be there. Raises ModelError: absent or broken."""
        place = self.folder(classifier, model) / MANIFEST
        try:
            return msgspec.json.decode(place.read_bytes(), type=Manifest)
        except FileNotFoundError:
            raise ModelError(
                "absent", f"{classifier} {model} is not on this machine", _how_to_get(classifier)
            ) from None
        except OSError as error:
            raise on_disk(error, f"reading {MANIFEST}") from None
        except msgspec.DecodeError:
            raise ModelError(
                "broken", f"{MANIFEST} of {classifier} {model} cannot be read", _AGAIN
            ) from None

    def installed(self) -> Iterator[Manifest]:
        """What is there, by name; what cannot be read is left out."""
        for place in sorted(self.root.glob(f"*/{MANIFEST}")):
            with contextlib.suppress(OSError, msgspec.DecodeError):
                yield msgspec.json.decode(place.read_bytes(), type=Manifest)

    def verify(self, manifest: Manifest) -> Path:
        """The folder, once every file has been compared in full. Raises ModelError."""
        folder = self.folder(manifest.classifier, manifest.model)
        for record in manifest.files:
            check(folder / record.name, record)
        return folder

    @contextlib.contextmanager
    def staging(self, classifier: str, model: str) -> Iterator[Path]:
        """A folder beside the final one, for files that are not all there yet.

        It is kept when something goes wrong, so that a download can be resumed.
        """
        place = self.root / f".{classifier}-{model}"
        try:
            place.mkdir(parents=True, exist_ok=True)
            yield place
            shutil.rmtree(place)
        except OSError as error:
            raise on_disk(error, f"writing the files of {classifier} {model}") from None

    def install(self, manifest: Manifest, staged: Path) -> Path:
        """Move checked files into place, the manifest last. Raises OSError.

        In between there is no manifest: an interrupted installation reads as absent.
        """
        folder = self.folder(manifest.classifier, manifest.model)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        for record in manifest.files:
            _flush(staged / record.name)
            (staged / record.name).replace(folder / record.name)
        waiting = folder / f"{MANIFEST}.new"
        waiting.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        _flush(waiting)
        waiting.replace(folder / MANIFEST)
        for other in folder.iterdir():
            if other.name not in {MANIFEST, *(record.name for record in manifest.files)}:
                other.unlink()
        return folder

    def remove_staging(self, classifier: str, model: str) -> None:
        """Forget a download that was begun."""
        shutil.rmtree(self.root / f".{classifier}-{model}", ignore_errors=True)


_AGAIN = "Fetch or import it again."


def _how_to_get(classifier: str) -> str:
    if classifier == "detoxify-onnx":
        return (
            "Make it with `jauge models convert`, or import the folder in which another "
            "machine made it with `jauge models import`."
        )
    return (
        "Get it with `jauge models fetch`, or on a machine without internet "
        "with `jauge models import`."
    )


def check(file: Path, record: Record) -> None:
    """Compare size and SHA-256. Raises ModelError: absent, broken or checksum."""
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        raise ModelError("absent", f"{record.name} is missing", _AGAIN) from None
    except OSError as error:
        raise on_disk(error, f"reading {record.name}") from None
    if size != record.bytes:
        problem = f"{record.name} has {size} bytes instead of {record.bytes}"
        raise ModelError("broken", problem, _AGAIN)
    found = sha256_of(file)
    if found != record.sha256:
        problem = f"{record.name} has SHA-256 {found} instead of {record.sha256}"
        raise ModelError("checksum", problem, _AGAIN)


def _flush(file: Path) -> None:
    """Have the disk hold it before something is said to be there."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
