"""The tables of a report as CSV: every figure with unit, range, source, unrounded.

French files have semicolons and decimal commas, English ones commas and points, so that
each opens as a table in its readers' spreadsheet; both are UTF-8 with a mark of order.
To add a table: a function, one line of `TABLES`, its columns in both catalogues, a golden.
"""

from proxy.report.render.tables.write import TABLES, csv_text, file_name

__all__ = ["TABLES", "csv_text", "file_name"]
