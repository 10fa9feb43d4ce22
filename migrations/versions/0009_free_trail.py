"""Let the trail name staff without locking their rows; write those rows anew, without what 0004 sealed."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

REFERENCE = "fk_audit_event_actor_id_staff"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("audit_event") as events:
            events.drop_constraint(REFERENCE, type_="foreignkey")
        _guard()
        return
    op.drop_constraint(REFERENCE, "audit_event", type_="foreignkey")
    # The bytes of a dropped column stay in every row that is not written anew: since 0004, addresses and names.
    op.execute("CLUSTER staff USING pk_staff")
    op.execute("ALTER TABLE staff SET WITHOUT CLUSTER")


def downgrade() -> None:
    with op.batch_alter_table("audit_event") as events:
        events.create_foreign_key(REFERENCE, "staff", ["actor_id"], ["id"])
    if op.get_bind().dialect.name == "sqlite":
        _guard()


def _guard() -> None:
    """Make the triggers of 0002 again: SQLite lost them with the table that was rebuilt."""
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_event_refuses_{change.lower()} BEFORE {change} ON audit_event "
            "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"
        )
