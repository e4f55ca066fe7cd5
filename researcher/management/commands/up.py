"""manage.py up: the whole product on one machine - web server and worker - until Ctrl-C."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from researcher.accounts import first_admin
from researcher.processes import free_port, web, worker

DEFAULT_PORT = 8000


class Command(BaseCommand):
    help = "Start the web server and a worker on this machine; Ctrl-C stops both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=DEFAULT_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        port = free_port(options["port"])
        if port != options["port"]:
            self.stdout.write(f"Port {options['port']} is taken; using {port}.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with web(port), worker():
                self._say(f"http://127.0.0.1:{port}")
                signal.pause()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _say(self, url: str) -> None:
        for name, path in (
            ("Admin", "/admin/"),
            ("REST", "/api/v1/"),
            ("API documentation", "/api/docs/"),
        ):
            self.stdout.write(f"{name:<18} {url}{path}")
        self.stdout.write(f"{'WebSocket':<18} {url.replace('http', 'ws')}/ws/analyses/<id>/")
        login = first_admin()
        how = f"{login.username} / {login.password}" if login else "with your own account"
        self.stdout.write(f"{'Log in':<18} {how}")
        self.stdout.write("Ctrl-C stops everything.")
