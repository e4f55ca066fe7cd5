"""Child processes with the limits of this deployment."""

from django.conf import settings

from researcher.kit.children import Children


def children(size: int) -> Children:
    """A pool of at most `size` busy children; it belongs to the running event loop."""
    return Children(size=size, memory_mb=settings.CHILD_MEMORY_MB, seconds=settings.CHILD_SECONDS)
