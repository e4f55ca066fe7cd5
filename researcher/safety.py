"""Settings that must not meet the world, and settings that contradict each other.

Pure: takes the settings as a mapping, says what is wrong. `settings.py` asks it at start in
production, `manage.py doctor` everywhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured

Settings = Mapping[str, Any]

SHORTEST_KEY = 50
FEWEST_CHARACTERS = 5
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
# As in analysis.runner and researcher.processes, which settings cannot import.
PULSE_SECONDS = 1.0
SILENCE_SECONDS = 15.0
# What a drive may take to put down its work before the queue kills it.
MARGIN_SECONDS = 60.0


class Fault(NamedTuple):
    """A setting that is wrong, and what would be right."""

    setting: str
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.wrong} {self.right}"


def refuse_unsafe(settings: Settings) -> None:
    """Raises ImproperlyConfigured that names every fault, for production."""
    if faults := [*unsafe(settings), *contradictions(settings)]:
        lines = "\n".join(f"  - {fault}" for fault in faults)
        raise ImproperlyConfigured(f"Not started, because with ENVIRONMENT=production:\n{lines}")


def unsafe(settings: Settings) -> list[Fault]:
    """What would open the deployment to others, were it reachable by them."""
    return list(chain.from_iterable(rule(settings) for rule in UNSAFE))


def contradictions(settings: Settings) -> list[Fault]:
    """Numbers that cannot all be meant."""
    return list(chain.from_iterable(rule(settings) for rule in CONTRADICTIONS))


def public_hosts(settings: Settings) -> Sequence[str]:
    """The names by which others than this machine can call."""
    return [host for host in settings["ALLOWED_HOSTS"] if host not in LOOPBACK]


# --- unsafe -----------------------------------------------------------------------------


def _debug(settings: Settings) -> Iterator[Fault]:
    if settings["DEBUG"]:
        wrong = "error pages show settings, queries and what users sent."
        yield Fault("DEBUG", wrong, "Set DEBUG=False.")


def _secret_key(settings: Settings) -> Iterator[Fault]:
    key = settings["SECRET_KEY"]
    weak = len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS
    if weak or key.startswith("django-insecure-"):
        right = (
            f"Set at least {SHORTEST_KEY} random characters, or name a file of them in "
            "SECRET_KEY_FILE, or leave both away: then one is made in DATA_DIR."
        )
        yield Fault("SECRET_KEY", "it can be guessed, and with it every session.", right)


def _hosts(settings: Settings) -> Iterator[Fault]:
    if "*" in settings["ALLOWED_HOSTS"]:
        wrong = "* lets a page of others speak in our name."
        yield Fault("ALLOWED_HOSTS", wrong, "Name the hosts by which users call.")
    if not settings["ALLOWED_HOSTS"]:
        yield Fault("ALLOWED_HOSTS", "it is empty.", "Name the hosts by which users call.")


def _cookies(settings: Settings) -> Iterator[Fault]:
    if not (settings["SESSION_COOKIE_SECURE"] and settings["CSRF_COOKIE_SECURE"]):
        wrong = "cookies also travel without TLS, where others can read them."
        yield Fault("SECURE_COOKIES", wrong, "Set SECURE_COOKIES=True.")


def _origins(settings: Settings) -> Iterator[Fault]:
    bad = [origin for origin in settings["FRONTEND_ORIGINS"] if not origin.startswith("https://")]
    if bad:
        wrong = f"{', '.join(bad)} may act for logged-in users without TLS."
        yield Fault("FRONTEND_ORIGINS", wrong, "Name origins as https://host.")


# --- contradictions -----------------------------------------------------------------------


def _lease(settings: Settings) -> Iterator[Fault]:
    least = 3 * PULSE_SECONDS
    if settings["LEASE_SECONDS"] < least:
        wrong = f"{settings['LEASE_SECONDS']:g} is less than three pulses, so runs change hands."
        yield Fault("LEASE_SECONDS", wrong, f"Set at least {least:g}.")


def _drive(settings: Settings) -> Iterator[Fault]:
    most = settings["Q_CLUSTER"]["timeout"] - MARGIN_SECONDS
    if settings["DRIVE_SECONDS"] > most:
        wrong = f"{settings['DRIVE_SECONDS']:g} is so long that the queue kills the drive first."
        yield Fault("DRIVE_SECONDS", wrong, f"Set at most {most:g}.")


def _clusters(settings: Settings) -> Iterator[Fault]:
    drive = settings["Q_CLUSTER"]
    for name, cluster in {"drive": drive, **drive["ALT_CLUSTERS"]}.items():
        if cluster["timeout"] >= cluster["retry"]:
            wrong = f"the cluster {name} hands a task out again while it is still being done."
            yield Fault("Q_CLUSTER", wrong, "Its retry must be above its timeout.")


def _sweeps(settings: Settings) -> Iterator[Fault]:
    most = SILENCE_SECONDS / 3
    if settings["SWEEP_SECONDS"] > most:
        wrong = f"{settings['SWEEP_SECONDS']:g} is so long that living workers look dead."
        yield Fault("SWEEP_SECONDS", wrong, f"Set at most {most:g}.")


def _caps(settings: Settings) -> Iterator[Fault]:
    for name in ("WORKERS", "MAX_ATTEMPTS", "MAX_RUNNING", "ANALYSES_PER_WORKER", "CHILDREN"):
        if settings[name] < 1:
            yield Fault(name, f"with {settings[name]} nothing ever runs.", "Set at least 1.")


def _redirects(settings: Settings) -> Iterator[Fault]:
    if settings["SECURE_SSL_REDIRECT"] and not settings["SECURE_PROXY_SSL_HEADER"]:
        wrong = "no request looks like TLS, so all are redirected for ever."
        right = (
            "Name the header in which the proxy says https (PROXY_SSL_HEADER=X-Forwarded-Proto), "
            "or set SSL_REDIRECT=False and let the proxy redirect."
        )
        yield Fault("SSL_REDIRECT", wrong, right)


Rule = Callable[[Settings], Iterator[Fault]]
UNSAFE: tuple[Rule, ...] = (_debug, _secret_key, _hosts, _cookies, _origins)
CONTRADICTIONS: tuple[Rule, ...] = (_lease, _drive, _clusters, _sweeps, _caps, _redirects)
