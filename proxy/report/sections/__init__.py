"""One file per section; `proxy.report.make` has the table of them."""
