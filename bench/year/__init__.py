"""A year of a town hall that does not exist: `make demo-report`."""
