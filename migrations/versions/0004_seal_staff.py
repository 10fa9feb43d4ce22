"""Seal the addresses and names of staff; give accounts second factors, passkeys and recovery codes."""

import secrets

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STAFF = sa.table(
    "staff",
    sa.column("id", sa.Integer),
    sa.column("email", sa.Text),
    sa.column("name", sa.Text),
    sa.column("handle", sa.LargeBinary),
    sa.column("email_digest", sa.LargeBinary),
    sa.column("sealed_email", sa.LargeBinary),
    sa.column("sealed_name", sa.LargeBinary),
)


def upgrade() -> None:
    op.execute("DELETE FROM staff_session")  # everyone signs in again, and adds a second factor
    with op.batch_alter_table("staff_session") as batch:
        batch.add_column(sa.Column("device", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("staff_session") as batch:
        batch.alter_column("device", server_default=None)
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("handle", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("email_digest", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("sealed_email", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("sealed_name", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("sealed_totp", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
    seal()
    with op.batch_alter_table("staff") as batch:
        batch.drop_constraint(op.f("uq_staff_email"), type_="unique")
        batch.drop_column("email")
        batch.drop_column("name")
        batch.alter_column("handle", existing_type=sa.LargeBinary(), nullable=False)
        batch.alter_column("sealed_email", existing_type=sa.LargeBinary(), nullable=False)
        batch.alter_column("sealed_name", existing_type=sa.LargeBinary(), nullable=False)
        batch.alter_column("totp_step", existing_type=sa.Integer(), server_default=None)
        batch.create_unique_constraint(op.f("uq_staff_handle"), ["handle"])
        batch.create_unique_constraint(op.f("uq_staff_email_digest"), ["email_digest"])
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_passkey_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkey_credential_id")),
    )
    op.create_index(op.f("ix_staff_passkey_staff_id"), "staff_passkey", ["staff_id"])
    op.create_table(
        "staff_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_code_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery_code")),
    )
    op.create_index(op.f("ix_staff_recovery_code_staff_id"), "staff_recovery_code", ["staff_id"])
    op.create_table(
        "spent_once",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_once")),
    )
    op.create_index(op.f("ix_spent_once_until"), "spent_once", ["until"])


def seal() -> None:
    """Move what stood in the open into sealed columns; the keys come from `schema.migrate`."""
    connection, keys = op.get_bind(), context.config.attributes.get("keys")
    for row in connection.execute(sa.select(STAFF.c.id, STAFF.c.email, STAFF.c.name)).all():
        assert keys is not None, "this migration needs the portal's keys: run `portal migrate`"
        handle = secrets.token_bytes(32)
        values = {
            "handle": handle,
            "email_digest": keys.keyed_hash("staff address", row.email) if row.email else None,
            "sealed_email": keys.seal(row.email, f"staff.email:{handle.hex()}"),
            "sealed_name": keys.seal(row.name, f"staff.name:{handle.hex()}"),
        }
        connection.execute(sa.update(STAFF).where(STAFF.c.id == row.id).values(values))


def downgrade() -> None:
    op.drop_table("spent_once")
    op.drop_table("staff_recovery_code")
    op.drop_table("staff_passkey")
    op.execute("DELETE FROM staff_session")
    with op.batch_alter_table("staff_session") as batch:
        batch.drop_column("device")
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("email", sa.Text(), nullable=True))
        batch.add_column(sa.Column("name", sa.Text(), nullable=True))
    open_again()
    with op.batch_alter_table("staff") as batch:
        batch.drop_constraint(op.f("uq_staff_handle"), type_="unique")
        batch.drop_constraint(op.f("uq_staff_email_digest"), type_="unique")
        for column in ("handle", "email_digest", "sealed_email", "sealed_name"):
            batch.drop_column(column)
        for column in ("signed_in_at", "warned_at", "sealed_totp", "totp_step"):
            batch.drop_column(column)
        batch.alter_column("email", existing_type=sa.Text(), nullable=False)
        batch.alter_column("name", existing_type=sa.Text(), nullable=False)
        batch.create_unique_constraint(op.f("uq_staff_email"), ["email"])


def open_again() -> None:
    """Write addresses and names in the open, as the revision before kept them."""
    connection, keys = op.get_bind(), context.config.attributes.get("keys")
    columns = (STAFF.c.id, STAFF.c.handle, STAFF.c.sealed_email, STAFF.c.sealed_name)
    for row in connection.execute(sa.select(*columns)).all():
        assert keys is not None, "this migration needs the portal's keys"
        opened = {
            "email": keys.unseal(row.sealed_email, f"staff.email:{row.handle.hex()}"),
            "name": keys.unseal(row.sealed_name, f"staff.name:{row.handle.hex()}"),
        }
        connection.execute(sa.update(STAFF).where(STAFF.c.id == row.id).values(opened))
