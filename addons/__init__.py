"""The edge: mitmproxy hooks only, one concern a file; the only importer of mitmproxy."""
