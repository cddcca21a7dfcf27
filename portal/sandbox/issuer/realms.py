"""The two issuers of the sandbox: one for citizens, one for those who work in administrations. One code serves both."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from portal.sandbox.people import People, Person
from portal.sandbox.settings import SandboxSettings


@dataclass(frozen=True, slots=True)
class Realm:
    """One issuer: where it answers (``path``), how its subject identifiers begin, under which name the store keeps its
    signing key, and whether it is for staff."""

    name: str
    path: str
    start: str
    key: str
    staff: bool

    def issuer(self, settings: SandboxSettings) -> str:
        """The issuer identifier."""
        return settings.staff_issuer if self.staff else settings.issuer

    def client(self, settings: SandboxSettings) -> tuple[str, str]:
        """Identifier and secret of the portal at this issuer."""
        if self.staff:
            return settings.staff_client_id, settings.staff_client_secret
        return settings.client_id, settings.client_secret

    def knows(self, person: Person) -> bool:
        """Whether this person signs in here; who works in an administration and is a citizen too signs in at both."""
        return person.staff if self.staff else person.is_citizen

    def shows_staff(self, person: Person) -> bool:
        """Whether this issuer says of a person that they work in an administration."""
        return person.staff and self.staff

    def sub(self, person: Person) -> str:
        """The person's subject identifier here."""
        return self.start + person.id

    def find(self, people: People, sub: str) -> Person | None:
        """The person with this subject identifier."""
        person = people.by_id(sub.removeprefix(self.start)) if sub.startswith(self.start) else None
        return person if person and self.knows(person) else None

    def everyone(self, people: People) -> list[Person]:
        """All who may sign in here."""
        return [person for person in people.everyone if self.knows(person)]


REALMS = {
    realm.name: realm
    for realm in (
        Realm("national", "/id", "ma-", "issuer", staff=False),
        Realm("staff", "/staff-id", "staff-", "staff-issuer", staff=True),
    )
}


def realm() -> Realm:
    """The issuer that answers the current request."""
    return REALMS[str(request.blueprint)]
