"""What an answer holds: classifiers behind one interface, listed in one table."""

from collections.abc import Mapping

from proxy.classify.classifier import Classifier, Maker, MissingError, Options, Window

__all__ = ["CLASSIFIERS", "Classifier", "Maker", "MissingError", "Options", "Window"]


def _embedded(options: Options) -> Classifier:
    from proxy.classify.embedded import Embedded  # noqa: PLC0415 - NumPy, where it is not needed

    return Embedded(options)


def _detoxify(options: Options) -> Classifier:
    from proxy.classify.detoxify import make  # noqa: PLC0415 - heavy

    return make(options)


def _detoxify_onnx(options: Options) -> Classifier:
    from proxy.classify.detoxify_onnx import make  # noqa: PLC0415 - heavy

    return make(options)


CLASSIFIERS: Mapping[str, Maker] = {
    "embedded": _embedded,
    "detoxify": _detoxify,
    "detoxify-onnx": _detoxify_onnx,
}
"""Name in the configuration to the classifier's maker."""
