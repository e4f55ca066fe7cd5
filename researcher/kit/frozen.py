"""The base of every noun that crosses a module border."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value; a field that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
