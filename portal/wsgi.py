"""The WSGI application that a server loads."""

from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from journeys.catalogue.errors import NotPublished
from portal import logs
from portal.app import create_app
from portal.closed import close
from portal.settings import load

settings = load()
if not settings.demo:
    close()
logs.init(settings.log_level)
app = create_app(settings)
with suppress(NotPublished, SQLAlchemyError):  # then the first visitor waits for it
    app.extensions["portal.work"].adapters.shelf.current()
