"""Say under the portal's key where the audit trail ends, and mark each event."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

START = bytes(32)


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("mark", sa.LargeBinary(), nullable=True))
    op.drop_index("ix_audit_event_subject", "audit_event")
    op.create_index("ix_audit_event_subject", "audit_event", ["subject", "action"])
    op.create_index("ix_audit_event_action", "audit_event", ["action", "id"])
    has_actor = sa.text("actor_id IS NOT NULL")
    op.create_index(
        "ix_audit_event_actor",
        "audit_event",
        ["actor_id", "id"],
        postgresql_where=has_actor,
        sqlite_where=has_actor,
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    # No key is at hand here: `portal migrate` signs it afterwards. An empty trail needs no signing.
    events = sa.table("audit_event", sa.column("id", sa.Integer()), sa.column("hash", sa.LargeBinary()))
    connection = op.get_bind()
    number = connection.scalar(sa.select(sa.func.count()).select_from(events)) or 0
    last = connection.execute(sa.select(events.c.id, events.c.hash).order_by(events.c.id.desc()).limit(1)).first()
    last_id, last_hash = last or (0, START)
    op.bulk_insert(head, [{"id": 1, "last_id": last_id, "number": number, "hash": bytes(last_hash), "mark": b""}])


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_index("ix_audit_event_actor", "audit_event")
    op.drop_index("ix_audit_event_action", "audit_event")
    op.drop_index("ix_audit_event_subject", "audit_event")
    op.create_index("ix_audit_event_subject", "audit_event", ["subject"])
    op.drop_column("audit_event", "mark")
