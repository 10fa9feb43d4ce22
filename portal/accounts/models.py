"""Accounts of staff, their roles and their sessions."""

from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.rules import Role, StaffCountry
from portal.db import Base, UTCDateTime, stored


class StaffRole(Base, RoleMixin):
    """A role that staff can have. Its permissions stand in the rules, not in the database."""

    __tablename__ = "staff_role"
    name: Mapped[Role] = mapped_column(stored(Role), primary_key=True)


class Staff(Base, UserMixin):
    """A person who works for one of the two governments."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[StaffCountry] = mapped_column(stored(StaffCountry))
    password: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    roles: Mapped[list[StaffRole]] = relationship(  # type: ignore[assignment]  # the mixin says a list of its own
        secondary="staff_has_role", lazy="selectin"
    )


class StaffHasRole(Base):
    """Which roles a member of staff has."""

    __tablename__ = "staff_has_role"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(ForeignKey("staff_role.name"), primary_key=True)


class StaffSession(Base):
    """A signed-in browser. The cookie holds an id of which only the digest is here."""

    __tablename__ = "staff_session"
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
