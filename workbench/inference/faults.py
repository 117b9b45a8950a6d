"""A worker's faults in the words of the user."""

from workbench.errors import (
    ContextTooLong,
    EngineCrashed,
    EngineError,
    EngineOutOfMemory,
    InvalidConstraint,
    LoadFailed,
)
from workbench.i18n import tr
from workbench.inference.frames import Header


def fault_of(header: Header) -> EngineError:
    """The error that a reply of the worker tells of."""
    detail = str(header.get("detail", ""))
    match header["error"]:
        case "context_too_long":
            return ContextTooLong(
                tr("inference.context_too_long", needed=header["needed"], context=header["context"]),
                tr("inference.context_too_long.hint"),
            )
        case "invalid_constraint":
            return invalid_constraint(detail)
        case "out_of_memory":
            return out_of_memory(detail)
        case "no_template":
            return LoadFailed(tr("inference.no_template"), tr("inference.no_template.hint"), detail)
        case "load_failed":
            return LoadFailed(tr("inference.load_failed"), tr("inference.load_failed.hint"), detail)
        case _:
            return EngineError(tr("inference.compute_failed"), tr("inference.compute_failed.hint"), detail)


def invalid_constraint(detail: str) -> InvalidConstraint:
    """A grammar or schema can't be honoured."""
    return InvalidConstraint(tr("inference.invalid_constraint"), tr("inference.invalid_constraint.hint"), detail)


def out_of_memory(detail: str) -> EngineOutOfMemory:
    """Too little memory for the model."""
    return EngineOutOfMemory(tr("inference.out_of_memory"), tr("inference.out_of_memory.hint"), detail)


def crashed(detail: str) -> EngineCrashed:
    """The model's process died twice, or in the middle of an answer."""
    return EngineCrashed(tr("inference.crashed"), tr("inference.crashed.hint"), detail)
