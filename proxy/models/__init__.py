"""Model files: which there are, how they get here, and whether they are what they should be.

Nothing here knows what the files mean; `proxy.classify` runs them.
"""

from proxy.models.errors import ModelError
from proxy.models.store import Agreement, Manifest, Record, Store

__all__ = ["Agreement", "Manifest", "ModelError", "Record", "Store"]
