"""A service that offers nothing, in volunteering's place."""

from services.common.service import Service


class Api:
    """Nothing."""

    name = "volunteering"


class Inbox:
    """No subscriptions."""

    name = "volunteering.inbox"


SERVICE = Service("volunteering", api=Api, inbox=Inbox, storages=())
