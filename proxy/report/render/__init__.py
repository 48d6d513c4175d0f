"""A report as HTML, PDF, CSV and JSON, in French and English: same data, same bytes.

sections -> blocks (blocks.py) -> html.py and pdf.py; tables/ writes the CSV files.
docs/decisions/0100-report-formats.md says why.
"""

from proxy.report.render.document import document
from proxy.report.render.files import FORMATS, Format, render

__all__ = ["FORMATS", "Format", "document", "render"]
