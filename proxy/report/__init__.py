"""The monthly and annual report: its data, their making from the ledger, their rendering."""
