"""A service that offers nothing, in learning's place."""

from services.common.service import Service


class Api:
    """Nothing."""

    name = "learning"


class Inbox:
    """No subscriptions."""

    name = "learning.inbox"


SERVICE = Service("learning", api=Api, inbox=Inbox, storages=())
