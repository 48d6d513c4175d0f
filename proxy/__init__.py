"""Jauge: a prompt-level environmental and bias audit proxy.

Plain Python, in the order of the data flow: `exchange` (the record), `config`,
`providers` (which calls are read), `wire` (bytes to counts), `spool` (edge to
auditor), `impact` and `classify` (estimates and findings), `ledger` (storage),
`metrics`, `report`, `web`, and on top `auditor`, `supervisor` and `cli`.
"""

__version__ = "0.1.0"
