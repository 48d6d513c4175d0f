"""Get, check, convert and measure the networks that score answers. Nothing is fetched unasked.

  list       known models, their licences, and what is on this machine
  fetch      download a model: progress, resumed when repeated, checksum and licence shown
  import     copy a model from a folder, for machines without internet
  convert    make detoxify-onnx of a checkpoint: int8, no PyTorch, compared with it
  verify     compare every file on this machine with its full SHA-256
  calibrate  thresholds from a file of harmless answers, one {"text", "lang"?} a line
  bench      windows scored per second of processor time, and memory, of each classifier

`fetch`, `convert` and `bench` take the model's name, by default that of detoxify.model;
`import` takes the folder, `calibrate` the file and, where it is not the configured one,
--classifier. Exit status 1 when something is missing, broken or wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.commands.common import config_of

if TYPE_CHECKING:
    from proxy.config import Config
    from proxy.models import Manifest, Store

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, and with which model."""
    parser.add_argument(
        "what", nargs="?", choices=tuple(_WHAT), default="list", help="default: list"
    )
    parser.add_argument("name", nargs="?", metavar="NAME|PATH", help="a model, a folder or a file")
    parser.add_argument("--model", metavar="NAME", help="import: what to call an unknown model")
    parser.add_argument(
        "--from",
        dest="mirror",
        metavar="URL",
        help="fetch: a folder of your own server with the same files",
    )
    parser.add_argument(
        "--classifier",
        choices=("embedded", "detoxify", "detoxify-onnx"),
        help="calibrate: which one (default: content.classifier)",
    )
    parser.add_argument("--source", metavar="TEXT", help="calibrate: what the answers are")
    parser.add_argument("--json", action="store_true", help="list, bench: print JSON")


def run(given: argparse.Namespace) -> int:
    """Do one of them."""
    from proxy.models import ModelError, Store  # noqa: PLC0415 - keeps `jauge --help` fast

    config = config_of(given)
    store = Store(config.state_dir / "models")
    try:
        return _WHAT[given.what](given, config, store)
    except ModelError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 2 if error.kind == "usage" else 1


def _list(given: argparse.Namespace, config: Config, store: Store) -> int:
    import msgspec  # noqa: PLC0415 - only here

    from proxy.models import known  # noqa: PLC0415

    del config
    installed = list(store.installed())
    if given.json:
        held = {"known": known.load(), "installed": installed}
        print(msgspec.json.format(msgspec.json.encode(held), indent=2).decode())
        return 0
    print("embedded: comes with Jauge, needs nothing")
    for name, model in known.load().items():
        print(f"\n{name}: {model.quality}")
        print(f"  languages: {', '.join(model.languages)}; licence: {model.licence}")
        for file in model.files:
            digest = file.sha256 or (f"{file.sha256_begins}…" if file.sha256_begins else "")
            told = f"published SHA-256 {digest}" if digest else "no SHA-256 is published"
            print(f"  {file.name}: about {file.megabytes:g} MB, {told}")
    print(f"\non this machine: {'nothing' if not installed else ''}".rstrip())
    for manifest in installed:
        _show(manifest)
    return 0


def _show(manifest: Manifest) -> None:
    """What is there of one model, in full."""
    print(f"  {manifest.classifier} {manifest.model}, since {manifest.recorded}")
    print(f"    licence: {manifest.licence}")
    for record in manifest.files:
        print(f"    {record.name}: {record.bytes:,} bytes, {_WORTH[record.assurance]}")
        print(f"      SHA-256 {record.sha256}")
    if manifest.agreement:
        one = manifest.agreement
        print(
            f"    agreement with the checkpoint over {one.texts} texts: largest difference "
            f"{one.largest:.4f}, mean {one.mean:.5f}"
        )


_WORTH: Mapping[str, str] = {
    "configuration": "as the configuration wants it",
    "published": "as published",
    "prefix": "begins as its name says; the rest was written down on arrival",
    "first-use": "nothing published to compare with; written down on arrival",
    "made-here": "made on this machine",
}


def _fetch(given: argparse.Namespace, config: Config, store: Store) -> int:
    from proxy.commands.progress import Bar  # noqa: PLC0415 - only here
    from proxy.models import known  # noqa: PLC0415
    from proxy.models.download import Route  # noqa: PLC0415
    from proxy.models.supply import fetch  # noqa: PLC0415

    name, edge = given.name or config.settings.detoxify.model, config.settings.edge
    model = known.model(name)
    total = sum(file.megabytes for file in model.files)
    print(f"{name}: {len(model.files)} files, about {total:,.0f} MB; licence: {model.licence}")
    authority = config.path(edge.upstream_ca) if edge.upstream_ca else None
    route = Route(parent=edge.parent, authority=authority)
    with Bar(sys.stderr) as bar:
        manifest = fetch(
            store,
            name,
            route,
            bar.show,
            mirror=given.mirror,
            sha256=config.settings.detoxify.sha256,
        )
    _show(manifest)
    return 0


def _import(given: argparse.Namespace, config: Config, store: Store) -> int:
    from proxy.models.supply import import_folder  # noqa: PLC0415 - only here

    if not given.name:
        print("jauge: models import takes the folder that holds the files", file=sys.stderr)
        return 2
    manifest = import_folder(
        store, Path(given.name), model=given.model, sha256=config.settings.detoxify.sha256
    )
    _show(manifest)
    return 0


def _convert(given: argparse.Namespace, config: Config, store: Store) -> int:
    from proxy.classify.convert import convert  # noqa: PLC0415 - only here

    wanted = config.settings.detoxify
    manifest = convert(store, given.name or wanted.model, sha256=wanted.sha256, say=_say)
    _show(manifest)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _verify(given: argparse.Namespace, config: Config, store: Store) -> int:
    from proxy.models import ModelError  # noqa: PLC0415 - only here

    del config
    status, found = 0, list(store.installed())
    if given.name:
        found = [one for one in found if one.model == given.name]
    for manifest in found:
        try:
            store.verify(manifest)
        except ModelError as error:
            status = 1
            print(f"{manifest.classifier} {manifest.model}: {error}")
        else:
            print(f"{manifest.classifier} {manifest.model}: every file as recorded")
    if not found:
        print("no model is on this machine: see `jauge models list`")
        return 1
    return status


def _bench(given: argparse.Namespace, config: Config, store: Store) -> int:
    import msgspec  # noqa: PLC0415 - only here

    from proxy.classify import CLASSIFIERS  # noqa: PLC0415
    from proxy.classify.speed import apart, table  # noqa: PLC0415

    wanted = config.settings.detoxify
    model = given.name or wanted.model
    speeds = [apart(name, store.root, model, wanted.sha256) for name in CLASSIFIERS]
    if given.json:
        print(msgspec.json.format(msgspec.json.encode(speeds), indent=2).decode())
    else:
        print("\n".join(table(speeds)))
    return 0


def _calibrate(given: argparse.Namespace, config: Config, store: Store) -> int:
    from proxy.commands.calibrate import calibrate  # noqa: PLC0415 - only here

    del store
    return calibrate(given, config)


_WHAT: Mapping[str, Callable[[argparse.Namespace, Config, Store], int]] = {
    "list": _list,
    "fetch": _fetch,
    "import": _import,
    "convert": _convert,
    "verify": _verify,
    "calibrate": _calibrate,
    "bench": _bench,
}
