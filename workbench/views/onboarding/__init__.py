"""The way in: the first start, unlocking, and the tour of the sample case."""

from workbench.views.onboarding.doorway import Doorway, Front

__all__ = ["Doorway", "Front"]
