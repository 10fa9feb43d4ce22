"""Accounts of staff, their roles, their second factors and their sessions.

Addresses and names of people are sealed; an account is found by the keyed hash of its address.
"""

from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portal.accounts.rules import AccountState, Role, StaffCountry
from portal.db import Base, UTCDateTime, keys_of, stored


class StaffRole(Base, RoleMixin):
    """A role that staff can have. Its permissions stand in the rules, not in the database."""

    __tablename__ = "staff_role"
    name: Mapped[Role] = mapped_column(stored(Role), primary_key=True)


class Staff(Base, UserMixin):
    """A person who works for one of the two governments.

    `handle` never changes: sealed values are bound to it, and passkeys know the account by it. `totp_step` is the last
    step of thirty seconds whose code was used.
    """

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    email_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # none: the first administrator
    sealed_email: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    country: Mapped[StaffCountry] = mapped_column(stored(StaffCountry))
    password: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of many wrong tries
    sealed_totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(default=0)
    roles: Mapped[list[StaffRole]] = relationship(  # type: ignore[assignment]  # the mixin says a list of its own
        secondary="staff_has_role", lazy="selectin"
    )

    @property
    def state(self) -> AccountState:
        """Whether the person can sign in: they have been here or set a password, and the account is open."""
        if not self.active:
            return AccountState.DISABLED
        return AccountState.ACTIVE if self.password or self.signed_in_at else AccountState.INVITED

    @property
    def email(self) -> str:  # type: ignore[override]  # the mixin says a column
        """The address, opened; empty for the first administrator until the account is taken over."""
        return self.opened("email", self.sealed_email)

    @property
    def name(self) -> str:
        """The name that colleagues see, opened."""
        return self.opened("name", self.sealed_name)

    def opened(self, column: str, sealed: bytes) -> str:
        """Open one sealed column of this account. Raises keys.SealBroken."""
        session = object_session(self)
        assert session is not None
        return keys_of(session).unseal(sealed, self.place(column))

    def place(self, column: str) -> str:
        """Name where a sealed value of this account belongs."""
        return f"staff.{column}:{self.handle.hex()}"


class StaffHasRole(Base):
    """Which roles a member of staff has."""

    __tablename__ = "staff_has_role"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(ForeignKey("staff_role.name"), primary_key=True)


class StaffPasskey(Base):
    """A passkey: its public key, the name its owner gave it (sealed), and how often its device says it was used."""

    __tablename__ = "staff_passkey"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    uses: Mapped[int]
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def name(self) -> str:
        """The name its owner gave it, opened."""
        session = object_session(self)
        assert session is not None
        return keys_of(session).unseal(self.sealed_name, self.place)

    @property
    def place(self) -> str:
        """Name where its sealed name belongs."""
        return f"staff_passkey.name:{self.credential_id.hex()}"


class StaffRecoveryCode(Base):
    """A one-time code for the day the phone is lost. Only a keyed hash is kept; a used one is gone."""

    __tablename__ = "staff_recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class StaffSession(Base):
    """A browser that showed a password, and mostly a second factor. Its cookie holds an id; only the digest is here."""

    __tablename__ = "staff_session"
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    device: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SpentOnce(Base):
    """What was used and works no second time, such as a passkey's challenge, until it would have run out anyway."""

    __tablename__ = "spent_once"
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    until: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
