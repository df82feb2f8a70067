from tests.support.small import OUTREACH as SERVICE  # noqa: F401
