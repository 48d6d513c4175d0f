"""From the edge to the auditor: counts through a durable outbox, words through memory only."""
