"""Typed settings from the environment; a value that is wrong is refused by name, never guessed."""

import ipaddress
import os
import secrets
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

environ.Env.read_env(BASE_DIR / ".env")
env = environ.Env()

N = TypeVar("N", int, Decimal)


def chosen(name: str, value: str, *choices: str) -> str:
    """The value of the setting NAME if it is one of these. Raises ImproperlyConfigured."""
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}: it must be {' or '.join(choices)}.")
    return value


def secret(name: str, *, kept_in: Path) -> str:
    """The secret NAME, or the one in the file NAME_FILE, or one made once and kept in `kept_in`."""
    if value := str(env.str(name, default="")):
        return value
    if path := env.str(f"{name}_FILE", default=""):
        return Path(path).read_text().strip()
    return kept(kept_in)


def kept(path: Path) -> str:
    """The secret in a file that only its owner may read; made on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Exclusive: of two processes that start together, one writes and both read.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def amount(name: str, value: str, kind: type[N]) -> N | None:
    """The value of the setting NAME as a number from 0 up; None for an empty one, "no limit"."""
    if not value:
        return None
    try:
        number = kind(value)
        is_amount = 0 <= number < kind(10**12)
    except (ValueError, ArithmeticError):
        is_amount = False
    if not is_amount:
        raise ImproperlyConfigured(f"{name} is {value!r}: it must be a number from 0 up, or empty.")
    return number


def prices(name: str, values: object) -> dict[str, Decimal]:
    """The prices of the setting NAME by what they are of. Raises ImproperlyConfigured."""
    if not isinstance(values, dict):
        right = 'it must be JSON such as {"brave": 0.005}'
        raise ImproperlyConfigured(f"{name} is {values!r}: {right}.")
    return {
        str(key): amount(f"{name} of {key}", str(value), Decimal) or Decimal(0)
        for key, value in values.items()
    }


def networks(name: str, values: list[str]) -> list[str]:
    """The networks of the setting NAME, each as in 10.1.0.0/16. Raises ImproperlyConfigured."""
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError:
            right = "it must be networks such as 10.1.0.0/16, separated by commas"
            raise ImproperlyConfigured(f"{name} has {value!r}: {right}.") from None
    return values
