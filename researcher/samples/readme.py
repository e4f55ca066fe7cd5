"""Writes README.md of the samples: what they are, and where each figure stands in its source."""

from collections.abc import Iterator

from researcher.samples import Computed, Figures, Sample, Samples

HEAD = """\
# The sample documents

<!-- Written by `python -m researcher.samples.make` from samples.toml and figures.toml. -->

`make demo` runs a quarterly financial review on these documents. Their sentences are ours; their
figures are those of the publications named below, and none of them is invented. Pages of Apple's
forms are the numbers printed at their foot. The PDF and the DOCX are made from `text/` by
`python -m researcher.samples.make`; `--check` says whether the files in this folder are as it
would make them now. `figures.toml` is the fact table: a test finds every figure of it in its
document, and finds no amount or percentage in a document that the table does not list.
"""
RULES = {
    "share": "{} in percent of {}",
    "growth": "{} over {}, the growth in percent",
    "difference": "{} less {}",
}


def write(samples: Samples) -> str:
    return "\n".join([HEAD, *(_chapter(samples, sample) for sample in samples.documents)])


def _chapter(samples: Samples, sample: Sample) -> str:
    lines = [f"## {sample.file}", "", f"{sample.description}.", "", *_sources(samples, sample)]
    rows = list(_rows(samples, sample))
    if rows:
        lines += ["", "| Page | Figures | Where they stand |", "| --- | --- | --- |", *rows]
    return "\n".join([*lines, ""])


def _sources(samples: Samples, sample: Sample) -> Iterator[str]:
    for source in (samples.sources[key] for key in sample.sources):
        yield f"- {source.publisher}, {source.title}, {source.dated.isoformat()}"


def _rows(samples: Samples, sample: Sample) -> Iterator[str]:
    listed: list[Figures | Computed] = [*samples.figures, *samples.computed]
    for group in sorted((g for g in listed if g.file == sample.file), key=lambda g: g.page):
        yield f"| {group.page} | {_printed(group)} | {_place(samples, group)} |"


def _printed(group: Figures | Computed) -> str:
    return group.printed if isinstance(group, Computed) else "; ".join(group.printed)


def _place(samples: Samples, group: Figures | Computed) -> str:
    if isinstance(group, Figures):
        return f"{samples.sources[group.source].title}, {group.place}"
    pairs = zip(group.of[::2], group.of[1::2], strict=True)
    return "computed: " + ", and ".join(RULES[group.rule].format(*pair) for pair in pairs)
