"""One module per command of `jauge`: `options` declares, `run` does. See `proxy.cli`."""
