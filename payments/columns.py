"""Columns every table of the house shares: ids, moments, and who acted. No tables here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, MetaData, String, types
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils import compat

from payments.actor import Actor

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562): sorted by time, so that inserts stay local in the index."""
    return compat.uuid7()


def first_id(moment: datetime) -> UUID:
    """The lowest UUIDv7 of a moment: rows made since then have no smaller one, rows made before have."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))


def moment_of(key: UUID) -> datetime:
    """When a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=key.int >> 80)


def new_metadata() -> MetaData:
    """An empty MetaData with the naming convention that migrations rely on."""
    return MetaData(naming_convention=NAMING)


class Moment(types.TypeDecorator[datetime]):
    """An aware datetime, stored in UTC, read back aware. Raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ActedBy:
    """Mixin: actor, subject, mandate and channel, as stored on every action."""

    actor_id: Mapped[UUID | None] = mapped_column()
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    mandate_id: Mapped[UUID | None] = mapped_column()
    channel: Mapped[str] = mapped_column(String(16))

    @staticmethod
    def columns(actor: Actor) -> dict[str, Any]:
        """Keyword arguments for a row that mixes this in."""
        return {
            "actor_id": actor.actor,
            "subject_id": actor.subject,
            "mandate_id": actor.mandate,
            "channel": actor.channel.value,
        }
