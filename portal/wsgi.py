"""The WSGI application that a server loads."""

from portal import logs
from portal.app import create_app
from portal.settings import load

settings = load()
logs.init(settings.log_level)
app = create_app(settings)
