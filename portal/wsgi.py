"""The WSGI application that a server loads."""

from portal.app import create_app

app = create_app()
