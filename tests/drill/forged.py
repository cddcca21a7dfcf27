"""Card messages that nobody should believe: each is refused at once, and no row of any table changes."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from select import select as ready_of
from urllib.parse import urlsplit

from drill.card_model import Move
from drill.card_play import Play
from drill.card_stage import Hook, Stage
from drill.cards import problems
from drill.cards import town as small_town
from drill.report import How, Result
from drill.town import Town
from drill.town import town as real_town
from sqlalchemy import select
from world import World

from portal.tables import METADATA

REFUSED = (400, 413)
HUGE = 10 * 1024 * 1024
CHUNK = 64 * 1024
MOST_SECONDS, MOST_KILOBYTES = 2.0, 4096
Message = tuple[str, bytes, dict[str, str]]


def run(how: How) -> Iterator[Result]:
    """Every kind of forgery, bytes changed by chance, and bodies that are too large."""
    with small_town(how, f"sqlite:///{how.folder}/forged.sqlite") as running:
        stage = Stage(running)
        yield forged(stage, "forged messages", kinds)
        chance, times = how.chance("forged"), how.many(300, 20)
        yield forged(stage, "one byte changed", lambda hook, event: changed(hook, event, chance, times))
    with real_town(how.folder / "large") as found:
        yield too_large(found)


def kinds(hook: Hook, event: dict[str, object]) -> Iterator[Message]:
    """Every kind of message that was not written by the processor, for us, now."""
    body, now = json.dumps(event), int(time.time())
    right = hook.signed(body)
    stamp, _, mark = right["Stripe-Signature"].partition(",")
    yield "wrong secret", body.encode(), hook.signed(body, "whsec_guessed")
    yield "secret of nothing", body.encode(), hook.signed(body, " ")
    yield "no header", body.encode(), {}
    yield "empty header", body.encode(), {"Stripe-Signature": ""}
    yield "nonsense header", body.encode(), {"Stripe-Signature": "t=yesterday,v1=x"}
    yield "header without a time", body.encode(), {"Stripe-Signature": mark}
    yield "header without a mark", body.encode(), {"Stripe-Signature": stamp}
    yield "test scheme", body.encode(), {"Stripe-Signature": right["Stripe-Signature"].replace("v1=", "v0=")}
    yield "another time", body.encode(), {"Stripe-Signature": f"t={now + 7},{mark}"}
    yield "tampered", body.replace('"paid"', '"unpaid"').encode(), right
    yield "cut", body.encode()[:-1], right
    yield "longer", body.encode() + b" ", right
    yield "of another message", json.dumps(event | {"id": "evt_other"}).encode(), right
    yield "too old", body.encode(), hook.signed(body, moment=now - 310)
    yield "days old", body.encode(), hook.signed(body, moment=now - 3 * 86400)
    yield "from the future", body.encode(), hook.signed(body, moment=now + 3600)
    yield from _of_others(hook, event)


def _of_others(hook: Hook, event: dict[str, object]) -> Iterator[Message]:
    """Rightly signed, and still not for us, or not a message at all."""
    strange = {"of another account": {"account": "acct_other"}, "of the live mode": {"livemode": True}}
    for name, change in strange.items():
        body = json.dumps(event | change)
        yield name, body.encode(), hook.signed(body)
    for name, body in {"nothing": "", "a list": "[]", "an empty object": "{}", "a number": "7"}.items():
        yield name, body.encode(), hook.signed(body)
    large = json.dumps(event | {"padding": "x" * 300_000})
    yield "300 kB", large.encode(), hook.signed(large)


def changed(hook: Hook, event: dict[str, object], chance: Random, times: int) -> Iterator[Message]:
    """A right message with one byte of it, or of its mark, changed."""
    body = json.dumps(event)
    headers = hook.signed(body)
    mark = headers["Stripe-Signature"]
    for _ in range(times):
        place, sent = chance.randrange(len(body)), bytearray(body.encode())
        sent[place] ^= 1 << chance.randrange(7)
        yield f"byte {place}", bytes(sent), headers
        place = chance.randrange(mark.index("v1=") + 3, len(mark))
        other = chance.choice([digit for digit in "0123456789abcdef" if digit != mark[place]])
        yield f"mark {place}", body.encode(), {"Stripe-Signature": mark[:place] + other + mark[place + 1 :]}


def forged(stage: Stage, what: str, messages: object) -> Result:
    """Sends forgeries about a fee that was really paid; in the end the true message is taken all the same."""
    result, play = Result(what), Play(stage)
    play.run([Move("happens", 0, "succeeded")])
    stage.town.worker_runs()
    [(_, [event])] = play.messages
    before = digests(stage.town)
    for name, body, headers in messages(stage.hook, event):  # type: ignore[operator]
        status = stage.hook.send(body, headers)
        result.times += 1
        if status not in REFUSED:
            result.broken.append(f"{name}: answered with {status}")
        after = digests(stage.town)
        result.broken += [f"{name}: {table} changed" for table in before if before[table] != after[table]]
        before = after
    play.run([Move("arrives", 0)])
    if play.found() != play.model.rest():
        result.lost.append(f"the true message afterwards: {play.found()}")
    result.broken += problems(stage.town)
    play.over()
    return result


def digests(town: World) -> dict[str, str]:
    """What each table holds, as one digest."""
    found = {}
    with town.work.database.session(reading=True) as session:
        for metadata in METADATA:
            for table in metadata.sorted_tables:
                rows = session.execute(select(table).order_by(*table.primary_key.columns))
                found[table.name] = sha256("\n".join(repr(tuple(row)) for row in rows).encode()).hexdigest()
    return found


def too_large(town: Town) -> Result:
    """10 MB, announced or not, rightly signed or not: refused quickly, and never held in memory."""
    result = Result("10 MB")
    web = town.process("web")
    _pour(town.url, announced=True, total=CHUNK)  # whatever the first message costs
    for announced in (True, False):
        before, began = _memory(web), time.monotonic()
        status = _pour(town.url, announced=announced, total=HUGE)
        seconds, grown = time.monotonic() - began, _memory(web) - before
        how = "announced" if announced else "not announced"
        result.times += 1
        result.note += f"{how}: {status} in {seconds * 1000:.0f} ms, +{grown} kB; "
        if status not in REFUSED:
            result.broken.append(f"{how}: answered with {status}")
        if seconds > MOST_SECONDS or grown > MOST_KILOBYTES:
            result.broken.append(f"{how}: took {seconds:.1f} s and {grown} kB")
    result.broken += town.check() + town.traces()
    return result


def _pour(url: str, *, announced: bool, total: int) -> int:
    """Pours a body into the portal for as long as it takes it; the status of its answer, 0 when it hung up."""
    parts, chunk, answer = urlsplit(url), b"x" * CHUNK, b""
    length = f"Content-Length: {total}" if announced else "Transfer-Encoding: chunked"
    head = f"POST /hooks/stripe HTTP/1.1\r\nHost: {parts.netloc}\r\nStripe-Signature: t=1,v1=x\r\n{length}\r\n\r\n"
    block = chunk if announced else b"%x\r\n%s\r\n" % (CHUNK, chunk)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as door:
        try:
            door.sendall(head.encode())
            for _ in range(total // CHUNK):
                if ready_of([door], [], [], 0)[0]:
                    break
                door.sendall(block)
            if not announced:
                door.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # it hung up: what it said before is read below
        try:
            answer = door.recv(4096)
        except OSError:
            return 0
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return int(found[1]) if found else 0


def _memory(process: int) -> int:
    """The highest kilobytes a process and its children ever held."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return sum(_peak(each) for each in [process, *map(int, children)])


def _peak(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0
