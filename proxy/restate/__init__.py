"""Restating the past: every impact anew by another factor set, and why the figures changed.

    recompute(ledger, target, since, until)  ->  Outcome

docs/method/restatement.md tells the method, proxy/ledger/statements.py what is read after.
"""

from proxy.restate.outcome import CAUSES, Outcome
from proxy.restate.run import recompute

__all__ = ["CAUSES", "Outcome", "recompute"]
