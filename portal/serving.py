"""The web server's processes: how they begin, and how they end without breaking off what they are doing."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import threading
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from portal.settings import Settings

GRACE_SECONDS = 40  # longer than a page may wait for a partner; what still runs then is ended
STOPPING = "PORTAL_STOPPING_FILE"
"""Names the file that exists once this server is about to stop: its processes may have been forked or spawned."""


def stopping() -> bool:
    """Whether the server of this process was told to stop, and should be given no new work."""
    file = os.environ.get(STOPPING)
    return file is not None and os.path.exists(file)


def serve(settings: Settings, host: str, port: int) -> None:
    """Serves until SIGTERM or SIGINT. Says first that it is not ready, for as long as the settings say, so that whoever
    distributes requests looks elsewhere; then takes no more, and ends when the last answer is given."""
    _share_memory(settings)
    with tempfile.TemporaryDirectory(prefix="shubbak-") as folder:
        file = Path(folder) / "stopping"
        os.environ[STOPPING] = str(file)
        server = _server(settings, host, port)
        server.on_startup(lambda: _stop_slowly(server, file, settings.drain_seconds))
        server.serve()


def _share_memory(settings: Settings) -> None:
    """Loads the program, what it reads to speak, and the catalogue before the processes part: they hold it once among
    them."""
    import_module("portal.app")
    wiring = import_module("portal.wiring")
    wiring.load_code(settings)
    if settings.limits:
        import_module("flask_limiter")
    import_module("portal.i18n").warm()
    wiring.share_catalogue(settings)
    gc.freeze()  # else the collector's marks would make every process copy what it shares


def _server(settings: Settings, host: str, port: int) -> Any:
    from granian import Granian
    from granian.constants import Interfaces

    return Granian(
        "portal.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.processes,
        blocking_threads=settings.threads,
        websockets=False,
        log_dictconfig=LOGS,
        log_enabled=True,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    )


def _stop_slowly(server: Any, file: Path, seconds: int) -> None:
    def stop(number: int, _frame: FrameType | None) -> None:
        if file.exists() or number == signal.SIGINT or not seconds:
            file.touch()
            server.signal_handler_interrupt()
        else:
            file.touch()
            later = threading.Timer(seconds, server.signal_handler_interrupt)
            later.daemon = True
            later.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


LOGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"handlers": [], "propagate": True}, "granian.access": {"handlers": [], "propagate": True}},
}
"""The server's own lines go where all others go, one JSON object each."""
