"""Where reports lie: state_dir/reports/<period>/."""

from __future__ import annotations

__all__ = ["FOLDER", "JSON", "MADE"]

FOLDER = "reports"
"""In the state folder; one folder per period in it."""
JSON = "report.json"
MADE = "made.json"
"""Beside the periods: period to the Unix time at which its report was made by itself."""
