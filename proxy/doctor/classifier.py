"""Whether the classifier that the configuration asks for can be had."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

from proxy.config import Config
from proxy.doctor.finding import Finding, fine, odd
from proxy.models import ModelError, Store

__all__ = ["classifier"]

PACKAGES = ("detoxify", "torch")


def classifier(config: Config) -> Iterator[Finding]:
    """Files and packages of a network; their content is compared at every start, not here."""
    wanted, model = config.settings.content.classifier, config.settings.detoxify.model
    if config.settings.content.observe == "counts":
        yield fine("classifier", "no words are read (content.observe: counts)")
        return
    if wanted == "embedded":
        yield fine("classifier", "embedded: needs no files")
        return
    instead = "embedded scores in its place"
    try:
        whole = _sizes(Store(config.state_dir / "models"), wanted, model)
    except ModelError as error:
        yield odd("classifier", f"{error.problem}: {instead}", error.remedy)
        return
    lacking = [name for name in PACKAGES if not importlib.util.find_spec(name)]
    if wanted == "detoxify" and lacking:
        text = f"the package {lacking[0]} is not installed: {instead}"
        yield odd("classifier", text, "Add it with `make detoxify`, or use detoxify-onnx.")
    elif not whole:
        text = f"files of {wanted} {model} are missing or cut short: {instead}"
        yield odd("classifier", text, "`jauge models verify` says which. Fetch or import again.")
    else:
        yield fine("classifier", f"{wanted} {model}")


def _sizes(store: Store, wanted: str, model: str) -> bool:
    """Whether every file is there with its size. Raises ModelError."""
    manifest, folder = store.manifest(wanted, model), store.folder(wanted, model)
    try:
        return all((folder / one.name).stat().st_size == one.bytes for one in manifest.files)
    except OSError:
        return False
