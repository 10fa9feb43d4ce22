"""Who members of staff are at the provider of single sign-on."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UTCDateTime


class StaffIdentity(Base):
    """One person at one provider. Of the name that they have there, only a keyed hash is here."""

    __tablename__ = "staff_identity"
    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
