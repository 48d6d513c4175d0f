"""Training of the embedded classifier: run once by its makers, never in production.

`python -m proxy.training DATA_FOLDER` learns its weights again, to the same bytes, and
measures them; docs/method/embedded-classifier.md says what came of it.
"""
