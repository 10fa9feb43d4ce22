"""Show a submission to one government alone; let erasing empty what is sealed, and nothing else change."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTED = ("status", "pillar", "language", "stakeholder_type", "country")

# Of each append-only table that holds something sealed: the columns that never change, and the one change there may be.
KEPT = {
    "version": ("id", "submission_id", "number", "sent_at"),
    "decision": (
        "id",
        "submission_id",
        "actor_id",
        "verdict",
        "from_status",
        "to_status",
        "first_reason",
        "undoes_id",
        "decided_at",
        "effective_at",
    ),
}
EMPTIED = {
    "version": "NEW.body = {nothing} AND OLD.body <> {nothing} AND NEW.public_summary IS NULL",
    "decision": "NEW.note IS NULL AND OLD.note IS NOT NULL",
}


def upgrade() -> None:
    op.add_column("submission", sa.Column("only_for", sa.String(40), nullable=True))
    with op.batch_alter_table("submission_count") as counts:
        counts.add_column(sa.Column("only_for", sa.Text(), nullable=False, server_default=""))
        counts.drop_constraint("pk_submission_count", type_="primary")
        counts.create_primary_key("pk_submission_count", [*COUNTED, "only_for"])
    for table in KEPT:
        _guard(table)


def downgrade() -> None:
    for table in KEPT:
        _guard_wholly(table)
    counts = sa.table("submission_count", *map(sa.column, COUNTED), sa.column("number"))
    added = sa.select(*map(counts.c.get, COUNTED), sa.func.sum(counts.c.number).label("number"))
    rows = [dict(row) for row in op.get_bind().execute(added.group_by(*map(counts.c.get, COUNTED))).mappings()]
    op.execute(counts.delete())
    with op.batch_alter_table("submission_count") as table:
        table.drop_constraint("pk_submission_count", type_="primary")
        table.drop_column("only_for")
        table.create_primary_key("pk_submission_count", list(COUNTED))
    if rows:
        op.bulk_insert(counts, rows)
    op.drop_column("submission", "only_for")


def _guard(table: str) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    same = " AND ".join(f"NEW.{name} {'IS' if sqlite else 'IS NOT DISTINCT FROM'} OLD.{name}" for name in KEPT[table])
    emptied = EMPTIED[table].format(nothing="x''" if sqlite else "''::bytea")
    if sqlite:
        op.execute(f"DROP TRIGGER {table}_refuses_update")
        op.execute(
            f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} WHEN NOT ({same} AND {emptied}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (NOT ({same} AND {emptied})) EXECUTE FUNCTION refuse_change()"
    )


def _guard_wholly(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_refuses_update")
        op.execute(
            f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(f"DROP TRIGGER {table}_refuses_update ON {table}")
    op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
