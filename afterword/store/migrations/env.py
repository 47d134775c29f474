"""Runs the migrations; holds no words."""

from alembic import context

from afterword.store.database import connect
from afterword.store.tables import metadata

address = context.config.get_main_option("sqlalchemy.url")
assert address is not None
engine = connect(address)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
