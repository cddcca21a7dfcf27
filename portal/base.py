"""Base of the tables of the portal itself."""

from sqlalchemy.orm import DeclarativeBase

from payments.columns import new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
