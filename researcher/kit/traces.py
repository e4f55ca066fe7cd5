"""Where an error came from, without its words: those may quote what a user gave."""

import traceback

# How many errors of a chain are told; the rest is rarely new.
LONGEST_CHAIN = 8


def trace(error: BaseException, left: int = LONGEST_CHAIN) -> str:
    """The traceback of an error and of what led to it: places and kinds, no messages."""
    own = [*traceback.format_tb(error.__traceback__), kind(error)]
    if left > 0 and (before := _before(error)) is not None:
        own = [trace(before, left - 1), "\nwhich led to\n", *own]
    if left > 0 and isinstance(error, BaseExceptionGroup):
        own += [f"\nwhich holds\n{trace(one, left - 1)}" for one in error.exceptions[:left]]
    return "".join(own)


def kind(error: BaseException) -> str:
    """The name of an error's class, with its module unless that is Python's own."""
    cls = type(error)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__name__}"


def _before(error: BaseException) -> BaseException | None:
    if error.__cause__ is not None or error.__suppress_context__:
        return error.__cause__
    return error.__context__
