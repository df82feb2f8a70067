"""Pictures of the classes over HTTP."""

from __future__ import annotations

from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.volunteering.photos import domain, schemas
from services.volunteering.photos.heard import heard
from services.volunteering.photos.storage import ClassPhotos
from services.volunteering.sessions.storage import ClassSessions

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)


class ClassPhotoRoutes:
    """Pictures: entered and published only with every child's consent (VOL-59)."""

    class_photos, photographed, photo_hands = Storage(ClassPhotos), Storage(ClassSessions), Storage(Hands)

    @post(
        "/v1/class-sessions/{session_id}/photos",
        access=COORDINATORS,
        body=schemas.EnterPhotoSchema,
        answer=schemas.ClassPhotoSchema,
        writes="class_photos",
        status=201,
    )
    def enter_class_photo(self, request):
        """Enter where a picture lies and every child in it; 409 names the children who may not be in one."""
        session, body = self.photographed.get(request.params["session_id"], request.scope), request.body
        children = heard(self.photo_hands, body["child_ids"], request.today)
        entered = domain.enter(id=request.new_id(), session_id=session.id, **body, children=children, at=request.now, by=request.by)
        return self.class_photos.add(*entered, request.cause)

    @post("/v1/class-photos/{photo_id}/publication", access=COORDINATORS, answer=schemas.ClassPhotoSchema, writes="class_photos")
    def publish_class_photo(self, request):
        """Show a picture, if every child in it may still be shown."""
        photo = self.class_photos.get(request.params["photo_id"], request.scope)
        children = heard(self.photo_hands, photo.state.child_ids, request.today)
        return self.class_photos.save(photo, *domain.publish(photo.state, children, at=request.now, by=request.by), request.cause)

    @post("/v1/class-photos/{photo_id}/withdrawal", access=COORDINATORS, answer=schemas.ClassPhotoSchema, writes="class_photos")
    def withdraw_class_photo(self, request):
        """Take a picture back."""
        photo = self.class_photos.get(request.params["photo_id"], request.scope)
        return self.class_photos.save(photo, *domain.unpublish(photo.state, at=request.now), request.cause)

    @get("/v1/class-photos", access=COORDINATORS, query=schemas.ListPhotosSchema, answer=schemas.ClassPhotoSchema, many=True)
    def list_class_photos(self, request):
        """List pictures."""
        filter = {"session_id": request.query["session_id"]} if "session_id" in request.query else {}
        return self.class_photos.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])
