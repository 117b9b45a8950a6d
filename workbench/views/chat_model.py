"""Whether there is a chat model to answer and to word reports."""

from workbench.inference.api import LoadState, Role
from workbench.views.desk import Desk


def lacks_chat_model(desk: Desk) -> bool:
    """Whether none is there or it failed; a desk without an engine is not said to lack one."""
    engine = desk.engine
    return engine is not None and engine.state().of(Role.CHAT).state in (LoadState.MISSING, LoadState.FAILED)
