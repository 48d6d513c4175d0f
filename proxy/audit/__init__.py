"""The parts of the auditor: words and counts come together, are completed and recorded."""
