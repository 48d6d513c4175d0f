"""The words channel: text goes from a worker to the auditor through memory only."""

from proxy.spool.farewell import Farewell
from proxy.spool.receiver import WordsReceiver
from proxy.spool.sender import SenderState, WordsSender

__all__ = ["Farewell", "SenderState", "WordsReceiver", "WordsSender"]
