from tests.support.small import REGISTRY as SERVICE  # noqa: F401
