"""Structured logs: one JSON object a line, without personal data (paths, names and values stay out)."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# libraries that log each address they speak with (a register's holds the number of a person's card), or who was refused
QUIET = ("alembic", "authlib", "flask-limiter", "httpcore", "httpx", "stripe", "urllib3")

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that this thread answers: it stands in each of its lines."""


class Json(logging.Formatter):
    """One line of JSON with what was passed as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "what": record.getMessage(),
        }
        if asked := request_id.get():
            said["request"] = asked
        said |= {key: str(value) for key, value in vars(record).items() if key not in PLAIN}
        if record.exc_info and record.exc_info[1]:
            said["trace"] = " | ".join(_places(record.exc_info[1]))
        return json.dumps(said, ensure_ascii=False)


def _places(error: BaseException) -> Iterator[str]:
    """Which problems, from which lines: never their messages, because libraries quote the value they refuse."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _places(cause)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    yield from (f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__))


def init(level: str) -> None:
    """Sends everything of this process to standard error, one object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
