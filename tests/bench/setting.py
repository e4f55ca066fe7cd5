"""A product of its own for a measurement: fresh data folder, migrated, with a worker."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command


@contextmanager
def fresh_product() -> Iterator[Path]:
    """Django on an empty data folder that is gone when the block ends. Once per process."""
    with tempfile.TemporaryDirectory(prefix="researcher-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "researcher.settings")
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("load_catalogue", verbosity=0)
        yield Path(folder)


def peak_mib(pid: int) -> float:
    """The most memory that a process has held (Linux's VmHWM), in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"no VmHWM for process {pid}")


def below(pid: int) -> list[int]:
    """A process and everything that it started, and those started, and so on."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found
