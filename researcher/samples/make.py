"""Writes the samples that are not typed by hand: `python -m researcher.samples.make [--check]`.

The PDF and the DOCX are made from `text/*.md`, README.md from `samples.toml` and `figures.toml`.
With `--check` nothing is written: the exit status is 1 if a committed file differs.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from researcher.samples import FOLDER, SAMPLES, Sample, as_docx, as_pdf, prose, readme
from researcher.samples.prose import Block

WRITERS: dict[str, Callable[[Sample, Sequence[Block]], bytes]] = {
    ".pdf": as_pdf.write,
    ".docx": as_docx.write,
}


def made() -> dict[str, bytes]:
    """Every made file by its name."""
    documents = {
        sample.file: WRITERS[sample.path.suffix](sample, prose.read(_text(sample)))
        for sample in SAMPLES.documents
        if sample.path.suffix in WRITERS
    }
    return {**documents, "README.md": readme.write(SAMPLES).encode()}


def _text(sample: Sample) -> Path:
    return FOLDER / "text" / f"{sample.path.stem}.md"


def differing(folder: Path = FOLDER) -> dict[str, bytes]:
    """The files that stand in the folder otherwise than they would be made now."""
    return {name: file for name, file in made().items() if not _same(folder / name, file)}


def _same(path: Path, content: bytes) -> bool:
    """Whether the committed file is this one; a DOCX is compared part by part, unpacked."""
    if not path.exists():
        return False
    if path.suffix == ".docx":
        return as_docx.members(path.read_bytes()) == as_docx.members(content)
    return path.read_bytes() == content


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    parser = argparse.ArgumentParser(prog="researcher.samples.make", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    asked, files = parser.parse_args(arguments), differing(folder)
    if asked.check:
        print(f"Not as they would be made now: {', '.join(files) or 'none'}.")
        return 1 if files else 0
    for name, file in files.items():
        (folder / name).write_bytes(file)
    print(f"Written: {', '.join(files) or 'nothing, all is as it should be'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
