"""What this machine has: settings, disk, fonts, child processes, a port."""

import asyncio
import importlib.util
import json
import platform
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from django.conf import settings

from reports.renderers.pdf.fonts import FACES, FOLDER, SCRIPTS, SYMBOLS
from researcher import health, safety
from researcher.doctor.finding import Finding, error, warning, well
from researcher.kit.children import Children
from researcher.processes import free_port

PORT = 8000
LEAST_FREE = 0.15
TOO_FULL = 0.05
CJK_PACKAGE = "noto_cjk_sans_otc"
# Where clouds give credentials to whoever asks from the machine.
METADATA = ip_network("169.254.0.0/16")
# More addresses than a list of servers has.
MANY = 1 << 16
# What harms even where only this machine can call.
ALWAYS_UNSAFE = frozenset({"SECRET_KEY"})
# What a deployment without TLS, in a network of one's own, may have meant.
TLS_ONLY = frozenset({"SECURE_COOKIES", "FRONTEND_ORIGINS"})


# --- settings ---------------------------------------------------------------------------


def settings_are_meant() -> Iterator[Finding]:
    """Unsafe settings, settings that contradict each other, and what is missing."""
    values = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    found = [*_unsafe(values), *_contradictions(values), *_incomplete(values)]
    yield from found
    if not found:
        yield well(f"They fit together (ENVIRONMENT={settings.ENVIRONMENT}).")


def _unsafe(values: dict[str, Any]) -> Iterator[Finding]:
    public = safety.public_hosts(values)
    for fault in safety.unsafe(values):
        if public and fault.setting not in TLS_ONLY:
            yield error(_sentence(fault), fault.right)
        elif public or fault.setting in ALWAYS_UNSAFE:
            yield warning(_sentence(fault), fault.right)
    if public and not settings.IS_PRODUCTION:
        what = f"ALLOWED_HOSTS has {', '.join(public)}, and this is no production environment."
        yield warning(what, "Set ENVIRONMENT=production, which starts with safe settings only.")


def _contradictions(values: dict[str, Any]) -> Iterator[Finding]:
    for fault in safety.contradictions(values):
        yield error(_sentence(fault), fault.right)


def _sentence(fault: safety.Fault) -> str:
    return f"{fault.setting}: {fault.wrong}"


def _incomplete(values: dict[str, Any]) -> Iterator[Finding]:
    if settings.ANALYST == "model" and not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        advice = "Set OPENAI_API_KEY or OPENAI_BASE_URL, or ANALYST=extractive."
        yield error("ANALYST is model, and no model server is named.", advice)
    if settings.IS_PRODUCTION and not safety.public_hosts(values):
        advice = "Name the hosts by which users call."
        yield warning("ALLOWED_HOSTS has only this machine.", advice)
    if settings.IS_PRODUCTION and not settings.SECURE_HSTS_SECONDS:
        what = "HSTS_SECONDS is 0: a browser may be talked into calling without TLS."
        yield warning(what, "Set HSTS_SECONDS=31536000 once TLS works.")
    if _key_is_of_this_host():
        what = "SECRET_KEY was made on this host: sessions of another host are worth nothing here."
        yield warning(what, "With more than one host, give all the same SECRET_KEY.")


def _key_is_of_this_host() -> bool:
    """Whether the key was made here although other hosts can share the database."""
    made = settings.DATA_DIR / "secret_key"
    shared = not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    return shared and made.exists() and made.read_text().strip() == settings.SECRET_KEY


def web() -> Iterator[Finding]:
    """Into which networks besides the public one the door to the web may go."""
    named = [ip_network(text) for text in settings.FETCH_ALLOW_PRIVATE]
    if not named:
        yield well("Only public addresses are fetched.")
        return
    what = f"FETCH_ALLOW_PRIVATE lets what is fetched come from {', '.join(map(str, named))}."
    if any(network.version == 4 and network.overlaps(METADATA) for network in named):
        advice = "Take the network of the cloud's credentials out of it: 169.254.0.0/16."
        yield error(what, advice)
    elif any(network.num_addresses > MANY for network in named):
        yield warning(what, "Name only the machines that are meant, as in 10.1.2.3/32.")
    else:
        yield well(what)


# --- files ------------------------------------------------------------------------------


def storage() -> Iterator[Finding]:
    try:
        yield well(health.storage())
    except (OSError, health.Unwell) as failure:
        advice = f"Make {settings.DATA_DIR} writable for the user of these processes."
        yield error(f"No file can be stored: {failure}", advice)


def disk() -> Iterator[Finding]:
    usage = shutil.disk_usage(settings.DATA_DIR)
    share = usage.free / usage.total
    what = f"{share:.0%} of the disk of {settings.DATA_DIR} is free ({usage.free >> 30} GiB)."
    if share >= LEAST_FREE:
        yield well(what)
    else:
        level = error if share < TOO_FULL else warning
        yield level(what, "Remove what is not needed, or give it a larger disk.")


def fonts() -> Iterator[Finding]:
    names = {*FACES.values(), *SYMBOLS, *(script.font for script in SCRIPTS)}
    missing = sorted(name for name in names if not (FOLDER / f"{name}.ttf").is_file())
    if missing:
        what = f"Reports will miss letters: {', '.join(missing)} is not in {FOLDER}."
        yield error(what, "Check the project out again, with all its files.")
    elif importlib.util.find_spec(CJK_PACKAGE) is None:
        what = "Reports cannot print Chinese, Japanese and Korean."
        yield warning(what, "Install requirements.txt again.")
    else:
        yield well(f"All {len(names)} are there, and those for Chinese, Japanese and Korean.")


# --- processes --------------------------------------------------------------------------


def children() -> Iterator[Finding]:
    if asyncio.run(_child_says()) == platform.python_version():
        yield well(f"A child process starts and answers ({settings.CHILD_MEMORY_MB} MB each).")
    else:
        yield error("A child process runs another Python.", "Start from the project's own venv.")


async def _child_says() -> str:
    limits = {"memory_mb": settings.CHILD_MEMORY_MB, "seconds": settings.CHILD_SECONDS}
    pool = Children(size=1, **limits)
    try:
        return await pool.call("platform:python_version", returns=str)
    finally:
        await pool.close()


def port() -> Iterator[Finding]:
    if free_port(PORT) == PORT:
        yield well(f"{PORT} is free for a web server.")
    elif _is_ours():
        yield well(f"A web server of ours answers on {PORT}.")
    else:
        advice = "`manage.py up` takes another by itself; or name one: `manage.py up --port 8001`."
        yield warning(f"Another program has {PORT}.", advice)


def _is_ours() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/livez", timeout=1) as answer:
            return bool(json.load(answer) == {"status": "ok"})
    except (OSError, ValueError):
        return False
