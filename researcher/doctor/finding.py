"""What a look at one thing found."""

from typing import Literal

from researcher.kit.frozen import Frozen

Level = Literal["ok", "warning", "error"]


class Finding(Frozen):
    """How something is, and what to do about it; `advice` is empty when nothing is to be done."""

    level: Level
    what: str
    advice: str = ""


def well(what: str) -> Finding:
    return Finding(level="ok", what=what)


def warning(what: str, advice: str) -> Finding:
    """It works, and should not stay so."""
    return Finding(level="warning", what=what, advice=advice)


def error(what: str, advice: str) -> Finding:
    """It does not work, or not for long."""
    return Finding(level="error", what=what, advice=advice)
