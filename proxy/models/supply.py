"""Files come in: over the network, or from a folder. Both end in checked files and a manifest."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from proxy.models import known
from proxy.models.assurance import CHECKPOINT, assure
from proxy.models.contents import CONFIG, TOKENIZER, examine
from proxy.models.digest import sha256_of
from proxy.models.download import Progress, Route, download
from proxy.models.errors import ModelError, on_disk
from proxy.models.known import KnownModel
from proxy.models.store import MANIFEST, Manifest, Record, Store, check

__all__ = ["fetch", "import_folder", "now", "record_of"]

REFERENCE: Literal["detoxify"] = "detoxify"
"""The classifier that runs a checkpoint as it is."""


def now() -> str:
    """The time, as manifests write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def fetch(  # noqa: PLR0913 - what there is to say
    store: Store,
    model: str,
    route: Route,
    progress: Progress,
    *,
    mirror: str | None = None,
    sha256: str = "",
) -> Manifest:
    """Download a known model, check it, and put it into place.

    `mirror` is the URL of a folder that holds the files under the same names; without it
    they come from where they are published. Raises ModelError; what has arrived is kept, so
    that the same call goes on from there, unless it turned out to be wrong.
    """
    wanted = known.model(model)
    with store.staging(REFERENCE, model) as staged:
        for file in wanted.files:
            if not (staged / file.name).exists():
                url = f"{mirror.rstrip('/')}/{file.name}" if mirror else file.url
                download(url, staged / file.name, route, progress)
        names = [file.name for file in wanted.files]
        try:
            manifest = _manifest(staged, names, model, wanted, sha256)
        except ModelError as error:
            if error.kind in ("broken", "checksum"):
                store.remove_staging(REFERENCE, model)
            raise
        store.install(manifest, staged)
    return manifest


def import_folder(
    store: Store, source: Path, *, model: str | None = None, sha256: str = ""
) -> Manifest:
    """Copy a model from a folder, checked, into place. Raises ModelError.

    The folder is one that another machine's Jauge made, with its manifest, or holds the files
    as they are published. `model` names it where the checkpoint is none of the known.
    """
    if not source.is_dir():
        raise ModelError("absent", "no such folder to import", "Name the folder with the files.")
    manifest = _described(source, sha256) or _plain(source, model, sha256)
    names = [record.name for record in manifest.files]
    try:
        with store.staging(manifest.classifier, manifest.model) as staged:
            for record in manifest.files:
                _copy(source / record.name, staged / record.name)
                check(staged / record.name, record)
            examine(staged, names)
            store.install(manifest, staged)
    finally:
        store.remove_staging(manifest.classifier, manifest.model)
    return manifest


def record_of(folder: Path, name: str, known_model: KnownModel | None, sha256: str) -> Record:
    """One file as it is, once it has been compared with what is known. Raises ModelError."""
    digest = sha256_of(folder / name)
    file = known_model.file(name) if known_model else None
    return Record(
        name=name,
        bytes=(folder / name).stat().st_size,
        sha256=digest,
        assurance=assure(name, digest, file, sha256),
    )


def _manifest(
    folder: Path, names: Iterable[str], model: str, known_model: KnownModel | None, sha256: str
) -> Manifest:
    names = list(names)
    records = tuple(record_of(folder, name, known_model, sha256) for name in names)
    examine(folder, names)
    return Manifest(
        classifier=REFERENCE,
        model=model,
        languages=known_model.languages if known_model else ("fr", "en"),
        licence=known_model.licence if known_model else "not known to Jauge: ask its source",
        files=records,
        recorded=now(),
    )


def _described(source: Path, sha256: str) -> Manifest | None:
    """A folder of another machine's store: its manifest; None without one."""
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise on_disk(error, f"reading {MANIFEST}") from None
    except msgspec.DecodeError:
        raise ModelError("broken", f"{MANIFEST} cannot be read", "Copy the folder again.") from None
    known_model = known.load().get(manifest.model)
    files = []
    for record in manifest.files:
        file = known_model.file(record.name) if known_model else None
        worth = assure(record.name, record.sha256, file, sha256)
        files.append(msgspec.structs.replace(record, assurance=worth))
    return msgspec.structs.replace(manifest, files=tuple(files))


def _plain(source: Path, model: str | None, sha256: str) -> Manifest:
    """A folder of published files: the manifest that they deserve."""
    checkpoints = sorted(file.name for file in source.glob(f"*{CHECKPOINT}"))
    if len(checkpoints) != 1:
        raise ModelError(
            "absent",
            f"the folder holds {len(checkpoints)} checkpoints (*{CHECKPOINT}) instead of one",
            f"Put one checkpoint, {CONFIG} and {TOKENIZER} into a folder of their own.",
        )
    for name in (CONFIG, TOKENIZER):
        if not (source / name).is_file():
            raise ModelError(
                "absent",
                f"{name} is missing beside {checkpoints[0]}",
                "Copy it from where the checkpoint's tokenizer is published "
                "(docs/operate/models.md).",
            )
    name = model or _named(checkpoints[0])
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise ModelError("usage", "--model: letters, digits, ._- only", "Choose another name.")
    return _manifest(
        source, [*checkpoints, CONFIG, TOKENIZER], name, known.load().get(name), sha256
    )


def _named(checkpoint: str) -> str:
    """The known model that has this checkpoint. Raises ModelError."""
    for name, one in known.load().items():
        if one.file(checkpoint):
            return name
    raise ModelError(
        "usage", f"{checkpoint} is none of the known checkpoints", "Give it a name with --model."
    )


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise on_disk(error, f"copying {target.name}") from None
