"""Where certificates are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.volunteering.certificates.domain import CertificateState, HoursCertificate

EVERYBODY = Scope.everything("certificates belong to the whole community")


class HoursCertificates(Aggregates[HoursCertificate]):
    """Certificates, one document each; the name that is printed lies sealed with the holder's key."""

    collection, aggregate, state = "hours_certificates", "hours_certificate", HoursCertificate
    sealed = ("holder_name",)
    indexes = (Index("number", unique=True, code="NUMBER_TAKEN"), Index("volunteer_id", "issued_at"), Index("entries.hours_id"))

    def key_of(self, state: HoursCertificate) -> str:
        return state.person_id

    def numbered(self, number: str) -> HoursCertificate | None:
        """Return the certificate with a number, for whoever holds it."""
        found = self.find_one({"number": number.strip().upper()}, EVERYBODY)
        return found.state if found else None

    def check_url(self, certificate: HoursCertificate) -> str:
        """Return the address at which anybody checks a certificate; its QR code leads there."""
        return f"{self._process.settings.public_url.rstrip('/')}/v1/certificate-checks/{certificate.number}/page"

    def counting(self, hours_id: str) -> list[Stored[HoursCertificate]]:
        """Return the valid certificates that count an entry."""
        return self.find({"entries.hours_id": hours_id, "state": CertificateState.VALID.value}, EVERYBODY)
