"""The two smallest services, running."""

from tests.support.small_fixture import small  # noqa: F401
