"""The whole product under attack: its work, its web server, its model server, its briefs."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar

import psutil
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import Error, connection, transaction
from django_q.models import OrmQ
from knox.models import get_token_model

from analysis import services
from analysis.models import FINAL, Analysis, Call, Shift, Source, SourcePage, SourceStatus, Worker
from analysis.types import Brief
from researcher.env import BASE_DIR
from researcher.kit.models import IdempotencyKey
from templates_app.types import Budget, Section, SectionKind
from tests.faults import arming, ground
from tests.faults.peer import Peer, peer
from tests.servers import dies_with_us, free_port
from tests.templates_app.factories import RESULTS, RISKS, make_template

T = TypeVar("T")

BRIEFS = 8
FENCES_APART = 1000
PATIENCE_SECONDS = 60.0
STOP_SECONDS = 40.0
CASH = Section(
    key="cash",
    title="Cash flow",
    guidance="Operating cash flow of the period and of the year before.",
    kind=SectionKind.NARRATIVE,
)
SECTIONS = (RESULTS, CASH, RISKS)
LINES = (
    "Revenue of division {n} rose {n}.3% to $4{n}.6 million in the third quarter of 2024.",
    "Gross margin of division {n} narrowed to 3{n}.2% because wheat and energy prices rose.",
    "Operating cash flow of division {n} was $1{n}.1 million, down from $1{n}.9 million.",
    "The main risk of division {n} is a further rise in energy prices, hedged only in part.",
)
REPORT = "Quarterly report of Northwind Foods\n\n" + "\n\n".join(
    " ".join(line.format(n=n) for line in LINES) for n in range(1, 9)
)


def until(what: str, true: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Wait for something to be true; its value. AssertionError says what never came."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with suppress(psutil.Error, LookupError):  # just dying, or not yet there
            if value := patiently(true):
                return value
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def patiently(ask: Callable[[], T]) -> T:
    """Ask a database that may just be away."""
    for _ in range(200):
        try:
            return ask()
        except Error:
            connection.close()
            time.sleep(0.1)
    return ask()


class Product:
    """One deployment. `briefs` are asked again and again, each time as if for the first time."""

    def __init__(self, model: Peer) -> None:
        self.model = model
        self.work: psutil.Popen | None = None
        self.web: psutil.Popen | None = None
        self.port = free_port()
        self.first_fence = 0
        self.alice = User.objects.create_user("alice", password="alice-secret")
        self.token = get_token_model().objects.create(user=self.alice)[1]
        self.version = make_template(slug="review", sections=SECTIONS)
        self.document = services.add_document(
            owner=self.alice, name="northwind.txt", content=REPORT.encode()
        ).pk
        self.briefs = [self._brief(number) for number in range(BRIEFS)]
        self.forget()

    def request(self, topic: str) -> dict[str, Any]:
        return {
            "template": "review",
            "topic": topic,
            "options": {},
            "documents": [str(self.document)],
        }

    def submit(self, topic: str) -> Analysis:
        return services.submit(
            owner=self.alice,
            template="review",
            topic=topic,
            options_given={},
            documents=[self.document],
        )

    def _brief(self, number: int) -> Brief:
        return self.submit(f"Northwind Foods revenue and margin, {number}").brief

    def forget(self) -> None:
        """As if nothing had ever been asked or paid."""
        with transaction.atomic():
            IdempotencyKey.objects.all().delete()
            Analysis.objects.all().delete()
            Call.objects.all().delete()
            OrmQ.objects.filter(key="drive").delete()
        self.model.reset()

    @transaction.atomic
    def unread(self) -> None:
        """As if no document had been read yet."""
        SourcePage.objects.all().delete()
        Source.objects.update(status=SourceStatus.UNREAD, taken_until=None)

    def plant(self, *numbers: int) -> list[Analysis]:
        """Ask briefs anew; everything before is forgotten."""
        patiently(self.forget)
        return [self.ask(self.briefs[number]) for number in numbers]

    @transaction.atomic
    def ask(self, brief: Brief) -> Analysis:
        """A run of this brief. No claim of an earlier one with its id has any of its fences."""
        run = services._store(self.alice, self.version, brief, Budget())
        self.first_fence += FENCES_APART
        Analysis.objects.filter(pk=run.pk).update(fence=self.first_fence)
        return run

    def claims(self, run: Analysis) -> int:
        """How often a run was claimed; a cancel counts too."""
        return int(Analysis.objects.get(pk=run.pk).fence) % FENCES_APART

    # --- processes ---------------------------------------------------------------------

    def start_work(self, **environment: str) -> None:
        self.work = self._spawn(["manage.py", "work"], "work", environment)
        until("work is seen", lambda: Worker.objects.filter(pid=self.work.pid).exists())

    def start_web(self) -> None:
        listen = ["-m", "daphne", "-v0", "-b", "127.0.0.1", "-p", str(self.port)]
        self.web = self._spawn([*listen, "researcher.asgi:application"], "web", {})
        until("the web server listens", self._listens)

    def renew_web(self) -> None:
        if self.web is None or not self.web.is_running() or self.web.poll() is not None:
            self.start_web()

    def _listens(self) -> bool:
        return any(
            one.laddr.port == self.port and one.status == psutil.CONN_LISTEN
            for one in self.web.net_connections()
        )

    def _spawn(self, command: list[str], role: str, more: Mapping[str, str]) -> psutil.Popen:
        ours = {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "OPENAI_BASE_URL": self.model.url,
            "PROCESS_ROLE": role,
        }
        with (ground.DATA / f"{role}.log").open("ab") as log:
            return psutil.Popen(
                [sys.executable, "-W", "ignore", *command],
                cwd=BASE_DIR,
                env=os.environ | ours | more,
                stdout=log,
                stderr=log,
                preexec_fn=dies_with_us(signal.SIGKILL),
            )

    def below_work(self) -> list[psutil.Process]:
        assert self.work
        return self.work.children(recursive=True)

    def cluster(self, name: str) -> psutil.Process:
        """The main process of a cluster."""
        for main in self.work.children():
            with suppress(psutil.Error):
                if main.environ()["Q_CLUSTER_NAME"] == name:
                    return main
        raise LookupError(name)

    def stop_work(self) -> float:
        """SIGTERM to work; how long it took to put everything down."""
        began = time.monotonic()
        below = self.below_work()
        self.work.terminate()
        self.work.wait(STOP_SECONDS)
        assert_gone(below)
        return time.monotonic() - began

    def renew_work(self) -> None:
        """Whatever a trial left: no order, nobody stopped, one work alive."""
        arming.disarm()
        if self.work and self.work.is_running() and self.work.status() != psutil.STATUS_ZOMBIE:
            below = self.below_work()
            end([self.work, *below])
        Worker.objects.all().delete()
        Shift.objects.all().delete()
        self.start_work()

    def holds_shift(self, pid: int) -> bool:
        return Shift.objects.filter(pid=pid).exists()

    def statuses(self) -> set[str]:
        return set(Analysis.objects.values_list("status", flat=True))

    def finish(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until every run has ended."""
        ended = {str(status) for status in FINAL}
        until("every run ends", lambda: self.statuses() <= ended, seconds)


def assert_gone(processes: list[psutil.Process], seconds: float = 10.0) -> None:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    left = [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    end(left)
    assert not left, f"orphans: {[' '.join(one.cmdline()[-3:]) for one in left]}"


def end(processes: list[psutil.Process]) -> None:
    for one in processes:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=5)


@contextmanager
def product() -> Iterator[Product]:
    """Everything up; everything of it gone when the block ends."""
    with ExitStack() as stack:
        for server in ground.SERVERS:
            stack.enter_context(server)
        call_command("migrate", verbosity=0)
        made = Product(stack.enter_context(peer()))
        try:
            made.start_work()
            yield made
        finally:
            for process in (made.work, made.web):
                if process and process.is_running():
                    end([process, *process.children(recursive=True)])
            connection.close()
