"""The sample documents that the project carries, and the analysis that the demo runs on them."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Literal

from researcher.kit.frozen import Frozen
from templates_app.types import OptionValue

FOLDER = Path(__file__).parent
AUTHOR = "Researcher Pro samples"


class Publication(Frozen):
    """What a sample was written from."""

    publisher: str
    title: str
    dated: date


class Sample(Frozen):
    """One sample document; `sources` are keys of `Samples.sources`."""

    file: str
    title: str
    description: str
    published_on: date
    sources: tuple[str, ...]

    @property
    def path(self) -> Path:
        return FOLDER / self.file


class Figures(Frozen):
    """Figures as one page of a sample prints them, and where its source states them."""

    file: str
    page: int = 1
    source: str
    place: str
    printed: tuple[str, ...]


class Computed(Frozen):
    """A figure that a sample computed itself: `of` are the figures it was computed from.

    "share" is the first in percent of the second, "growth" its excess over the second in
    percent, "difference" the sum of the odd ones less the sum of the even ones.
    """

    file: str
    page: int = 1
    printed: str
    rule: Literal["share", "growth", "difference"]
    of: tuple[str, ...]


class Samples(Frozen):
    """What the demo asks for (a template by its slug), and all that is known of the samples."""

    template: str
    topic: str
    options: dict[str, OptionValue]
    sources: dict[str, Publication]
    documents: tuple[Sample, ...]
    figures: tuple[Figures, ...]
    computed: tuple[Computed, ...]


def load(folder: Path = FOLDER) -> Samples:
    """Read `samples.toml` and the fact table `figures.toml`."""
    names = ("samples.toml", "figures.toml")
    tables = [tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in names]
    return Samples.model_validate(tables[0] | tables[1])


SAMPLES = load()
