"""Structured logs: one JSON object a line, without personal data (paths, names and values stay out)."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Json(logging.Formatter):
    """One line of JSON with what was passed as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "what": record.getMessage(),
        }
        said |= {key: str(value) for key, value in vars(record).items() if key not in PLAIN}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def init(level: str) -> None:
    """Sends everything of this process to standard error, one object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
