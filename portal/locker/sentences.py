"""Why a file is not taken, and what to do, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.i18n import gettext


def file_sentence(code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a ``BadFile``, or of a file that did not come; empty for a code that is none of a file."""
    most = str(params.get("most", ""))
    found: dict[str, str] = {
        "empty_file": gettext("This file is empty. Please choose another one."),
        "large_file": gettext("This file is larger than %(most)s MB. Please scan it more lightly.", most=most),
        "large_picture": gettext("This picture is too large, or it moves. Please take an ordinary photo."),
        "too_many_pages": gettext("More than %(most)s pages. Please send those that are asked.", most=most),
        "too_many_together": gettext(
            "Together these are more than %(most)s pages. Please make several documents of them.", most=most
        ),
        "locked_file": gettext("This file is protected by a password. Please save it without one."),
        "active_file": gettext("This file holds scripts or other files. Please print it to a new PDF, and send that."),
        "damaged_file": gettext("This file cannot be read to its end. Please scan or save it again."),
        "unknown_file": gettext("This is not a PDF, JPEG, PNG or WebP file. Please choose another one."),
        "harmful_file": gettext("This file carries malicious code. Check your telephone or computer, and scan anew."),
        "full_locker": gettext("Your locker is full. Take something out of it first, or scan more lightly."),
        "full_today": gettext(
            "What you take out or replace lies here for one more day, %(most)s MB at most. Please come again tomorrow.",
            most=most,
        ),
        "not_reachable": gettext("This file could not be taken in just now. Please send it again."),
        "came_late": gettext("This file took too long to arrive. Please send it again."),
    }
    return found.get(code, "")
