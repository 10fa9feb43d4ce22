"""Runs the migrations on the engine that portal.schema hands over."""

from alembic import context

import portal  # noqa: F401  # registers every model
from portal.db import Base

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
