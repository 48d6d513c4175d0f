"""Alembic's entry: runs the revisions on the connection that `proxy.ledger.migrate` hands it.

To write a new revision, see docs/operate/ledger.md.
"""

from alembic import context

from proxy.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most things in place: copy the table instead.
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
