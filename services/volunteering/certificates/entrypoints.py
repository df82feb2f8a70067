"""Certificates over HTTP, and what follows from them and for them."""

from __future__ import annotations

from services.common.errors import NotFound
from services.common.events.volunteering import HoursCertified, HoursCorrected
from services.common.http import PUBLIC, Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope, batches
from services.volunteering.activities.storage import Activities
from services.volunteering.certificates import domain, pages
from services.volunteering.certificates.domain import CertificatePolicy
from services.volunteering.certificates.schemas import (
    CertificateCheckSchema,
    CertificateSchema,
    IssueCertificateSchema,
    ListCertificatesSchema,
)
from services.volunteering.certificates.storage import HoursCertificates
from services.volunteering.hours.storage import Hours, KinDeclarations
from services.volunteering.volunteers.storage import Volunteers

WRITERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
OWN = Scope.everything("a certificate and its entries are one volunteer's")
FEW = 100


class CertificateRoutes:
    """Certificates, for their holders and for whoever checks them."""

    hours_certificates, hours, volunteers = Storage(HoursCertificates), Storage(Hours), Storage(Volunteers)
    kin_declarations, activities = Storage(KinDeclarations), Storage(Activities)
    certificate_policy = Policy(CertificatePolicy)

    @post(
        "/v1/hours-certificates",
        access=WRITERS,
        body=IssueCertificateSchema,
        answer=CertificateSchema,
        writes="hours_certificates",
        status=201,
    )
    def issue_certificate(self, request):
        """Certify what a volunteer gave until a day; what it counts is changed no more, only reversed."""
        body, id = dict(request.body), request.new_id()
        volunteer = self.volunteers.referred(body.pop("volunteer_id")).state
        entries = [one.state for one in self.hours.counted(self.volunteers.every_id(volunteer.id))]
        certificate, facts = domain.issue(
            volunteer,
            entries,
            id=id,
            number=domain.number_for(self.hours_certificates.blind("hours certificate", id), request.today.year),
            **body,
            today=request.today,
            at=request.now,
            by=request.by,
            kin_of_by=self.kin_declarations.of(request.by),
        )
        return self.hours_certificates.add(certificate, facts, request.cause)

    @get("/v1/hours-certificates/{certificate_id}", access=WRITERS, answer=CertificateSchema)
    def get_certificate(self, request):
        """Show a certificate."""
        return self._certificate(request)

    @get("/v1/hours-certificates", access=WRITERS, query=ListCertificatesSchema, answer=CertificateSchema, many=True)
    def list_certificates(self, request):
        """List a volunteer's certificates, the first issued first."""
        query = request.query
        filter = {"volunteer_id": {"$in": self.volunteers.every_id(query["volunteer_id"])}}
        return self.hours_certificates.page(filter, request.scope, query.get("cursor"), query["limit"], sort="issued_at")

    @get("/v1/hours-certificates/{certificate_id}/page", access=WRITERS, produces="text/html")
    def print_certificate(self, request):
        """Return the page that is printed for the holder, with a QR code that leads to the public check."""
        certificate = self._certificate(request).state
        titles: dict[str, str] = {}
        for part in batches(dict.fromkeys(one.activity_id for one in certificate.entries), FEW):
            titles |= {one.id: one.state.title for one in self.activities.find({"_id": {"$in": part}}, OWN)}
        # Time outside any activity is under its own id, and has a description instead of a title.
        for part in batches([one.activity_id for one in certificate.entries if one.activity_id not in titles], FEW):
            titles |= {one.id: one.state.description or "" for one in self.hours.find({"_id": {"$in": part}}, OWN)}
        return pages.printable(certificate, titles, self.certificate_policy.issuer, self.hours_certificates.check_url(certificate))

    @get("/v1/hours-certificates/{certificate_id}/qr.png", access=WRITERS, produces="image/png")
    def get_certificate_qr_png(self, request):
        """Return the QR code of the public check as a picture."""
        return pages.qr_png(self.hours_certificates.check_url(self._certificate(request).state))

    @get("/v1/hours-certificates/{certificate_id}/qr.svg", access=WRITERS, produces="image/svg+xml")
    def get_certificate_qr_svg(self, request):
        """Return the QR code of the public check as lines."""
        return pages.qr_svg(self.hours_certificates.check_url(self._certificate(request).state))

    @get("/v1/certificate-checks/{number}", access=PUBLIC, answer=CertificateCheckSchema)
    def check_certificate(self, request):
        """Tell anybody who has the number whether a certificate is valid, and its totals; not whose it is."""
        found = self.hours_certificates.numbered(request.params["number"])
        if found is None:
            raise NotFound()
        return found

    @get("/v1/certificate-checks/{number}/page", access=PUBLIC, produces="text/html")
    def show_certificate_check(self, request):
        """Show the same as a page, to which the QR code leads."""
        return pages.check(self.hours_certificates.numbered(request.params["number"]))

    def _certificate(self, request):
        return self.hours_certificates.get(request.params["certificate_id"], request.scope)


class CertificateSubscriptions:
    """Keeps certificates and entries in line."""

    hours_certificates, hours = Storage(HoursCertificates), Storage(Hours)

    @subscribe(HoursCertified)
    def on_hours_certified(self, event):
        """Close the entries that a certificate counts; one that was reversed while it was issued overtakes it at once (VOL-32)."""
        stored = self.hours_certificates.get(event.data.certificate_id, OWN)
        overtaken = False
        for part in batches([one.hours_id for one in stored.state.entries], FEW):
            for entry in self.hours.find({"_id": {"$in": part}}, OWN):
                overtaken = overtaken or domain.is_overtaken(stored.state, entry.state)
                closed = domain.taken_in(entry.state, stored.id)
                if closed != entry.state:
                    self.hours.save(entry, closed, [], Cause.of_event(event, entry.id))
        if overtaken:
            self._supersede(stored, event)

    @subscribe(HoursCorrected)
    def on_hours_corrected_certificates(self, event):
        """Mark every certificate that counts the reversed entry (VOL-32)."""
        entry = self.hours.get(event.data.hours_id, OWN).state
        for stored in self.hours_certificates.counting(entry.id):
            if domain.is_overtaken(stored.state, entry):
                self._supersede(stored, event)

    def _supersede(self, stored, event):
        self.hours_certificates.save(stored, *domain.supersede(stored.state, at=event.time), Cause.of_event(event, stored.id))
