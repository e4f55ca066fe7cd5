"""One kind of fault: what is done, to which subjects, and how often the promise was kept."""

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.faults import arming
from tests.faults.checks import Truth
from tests.faults.product import Product, patiently

Act = Callable[[Product, Truth, str], int]


@dataclass
class Case:
    """`act` does it to the product, once for each subject; it gives the repeated calls.

    `short` are the subjects of the short form. `on` is the database that it needs, if only one.
    """

    name: str
    promises: str
    act: Act
    subjects: Sequence[str] = ("",)
    short: Sequence[str] = ()
    on: str = ""
    runs: int = 0
    passes: int = 0
    repeated: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def try_on(self, site: Product, truth: Truth, subject: str) -> None:
        """One trial. A failed one is told, and what it left is cleared away."""
        began = time.monotonic()
        self.runs += 1
        try:
            self.repeated += self.act(site, truth, subject)
            self.passes += 1
        except Exception as error:
            self.faults.append(f"{subject}: {type(error).__name__}: {error}")
            if not isinstance(error, AssertionError):
                traceback.print_exc()
            print(f"FAILED {self.name} {self.faults[-1]}", flush=True)
            patiently(site.renew_work)
        self.seconds += time.monotonic() - began
        arming.disarm()

    @property
    def line(self) -> str:
        verdict = "ok" if self.passes == self.runs else "FAILED"
        counts = f"{self.runs:5} {self.passes:6} {self.repeated:9} {self.seconds:8.1f}"
        return f"{self.name:34} {self.promises:12} {counts}  {verdict}"


HEAD = f"{'case':34} {'promises':12} {'runs':>5} {'passes':>6} {'repeated':>9} {'seconds':>8}"
