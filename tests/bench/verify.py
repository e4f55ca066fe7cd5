"""Which false claims the mechanical checks catch, and which true ones they wrongly drop.

    python -m tests.bench.verify FOLDER [--most 60]

The claims are built by rule from sentences of the corpus, each beside the sentence as its quote:

* true: the sentence shortened, with other words for its movements, in a reporting frame, with its
  millions as billions, joined with its neighbour (both quoted), or said loosely: other words for
  many of its words, no parentheses and adverbs, a leading clause of time put last
* number: one number changed by 10 to 60 percent; swapped: two numbers exchanged; unit: millions
  made billions, percent made basis points, dollars made euros; period: another year or quarter
* direction: "rose" made "fell" and so on; negation: a "not" put in or taken out
* name: a name exchanged for one of another document
* key swapped: the claim beside another sentence of the same document
* half quoted: the sentence joined with its neighbour, of which only the first is quoted
* quote invented: words that no page holds offered as a quote

Every second false claim is made from the sentence as it is said loosely.
Caught is what would not be printed without a second reading. The share of true ones is printed
for each confidence that a printed claim would have (`analysis.pipeline.trust.BASE` comes from it).
The last line is JSON: {"claims", "caught_by_kind", "caught", "false_drops"}.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from analysis.pipeline import trust
from analysis.pipeline.sentences import sentence_spans
from analysis.pipeline.verify import check, is_doubtful, located
from analysis.types import Quote, Verdict
from tests.bench import corpus
from tests.bench.rules import FALSE_RULES, NAME, TRUE_RULES, Place, loose

HOLDS = (Verdict.SUPPORTED, Verdict.PARTIAL)
TRUE, HALF, MOST_OF_A_KIND, LEAST_CLAIMS, MOST_FALSE_DROPS = "true", "half quoted", 60, 300, 0.05


class Case(NamedTuple):
    """A claim, the quotes beside it, and what is wrong with it."""

    kind: str
    claim: str
    quotes: tuple[str, ...]


# --- the corpus ---------------------------------------------------------------------------


def places(folder: Path) -> Iterator[Place]:
    """Sentences with their neighbours, a few from each of many documents, always the same ones."""
    documents = [one for one in corpus.documents(folder) if one.language == "en"]
    names = {one.name: _names(one) for one in documents}
    for at, document in enumerate(documents[::3]):
        sentences = _sentences(document)
        foreign = names[documents[(at * 7 + 11) % len(documents)].name]
        for place in range(2, len(sentences) - 2, max(1, len(sentences) // 8)):
            elsewhere = sentences[(place + len(sentences) // 2) % len(sentences)]
            yield Place(sentences[place], sentences[place + 1], elsewhere, foreign)


def _sentences(document: corpus.Document) -> list[str]:
    found = [
        " ".join(page.text[start:end].split())
        for page in document.pages
        for start, end in sentence_spans(page.text, document.language)
    ]
    return [one for one in found if 60 <= len(one) <= 400 and not one.endswith("?")]


def _names(document: corpus.Document) -> list[str]:
    text = " ".join(page.text for page in document.pages[:3])
    counts = Counter(one for one in NAME.findall(text) if len(one) > 4)
    return [one for one, _ in counts.most_common(5)]


# --- cases and verdicts -------------------------------------------------------------------


def cases(folder: Path, most: int) -> list[Case]:
    """So many cases of every kind, and as many true claims as of all kinds together."""
    chance = random.Random(7)  # noqa: S311 - nothing secret about it
    found: dict[str, list[Case]] = {}
    for place in places(folder):
        for case in (*_true(place, chance), *_false(place, chance)):
            found.setdefault(case.kind, []).append(case)
    kept = {kind: chance.sample(all_, min(most, len(all_))) for kind, all_ in found.items()}
    false = sum(len(members) for kind, members in kept.items() if kind != TRUE)
    kept[TRUE] = chance.sample(found[TRUE], min(false, len(found[TRUE])))
    return [case for members in kept.values() for case in members]


def _true(place: Place, chance: random.Random) -> Iterator[Case]:
    for rule in TRUE_RULES:
        if (claim := rule(place, chance)) and claim != place.sentence:
            yield Case(TRUE, claim, (place.sentence,))
    joined = f"{place.sentence.rstrip('.')}; {place.after[:1].lower()}{place.after[1:]}"
    yield Case(TRUE, joined, (place.sentence, place.after))


def _false(place: Place, chance: random.Random) -> Iterator[Case]:
    loosely = place._replace(sentence=loose(place, chance) or place.sentence)
    for kind, rule in FALSE_RULES.items():
        said = chance.choice((place, loosely))
        if (claim := rule(said, chance)) and claim != said.sentence:
            yield Case(kind, claim, (place.sentence,))
    half = f"{place.sentence.rstrip('.')}; {place.after[:1].lower()}{place.after[1:]}"
    yield Case(HALF, half, (place.sentence,))
    yield Case("key swapped", place.sentence, (place.elsewhere,))
    yield Case("quote invented", place.sentence, (place.elsewhere,))


class Outcome(NamedTuple):
    """Whether a claim would be printed without a second reading, get one, and how sure of it."""

    is_printed: bool
    is_read_again: bool
    confidence: float = 0.0


def outcome(case: Case) -> Outcome:
    if case.kind == "quote invented":
        quote = Quote(key="q", source="s", page=1, start=0, end=9, text=case.claim)
        return Outcome(
            located(quote, f"{case.quotes[0]} {case.quotes[0][::-1]}") is not None, False
        )
    checked = check(case.claim, case.quotes, "en")
    confidence, _ = trust.of_finding(case.claim, checked, (), disputed=False)
    doubtful = is_doubtful(checked.verdict, checked.reasons)
    return Outcome(checked.verdict in HOLDS, doubtful, confidence)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=MOST_OF_A_KIND, help="Claims of a false kind.")
    parser.add_argument("--show", metavar="KIND", help="Print what is wrong with the outcome.")
    options = parser.parse_args()
    totals, caught, doubted = Counter[str](), Counter[str](), Counter[str]()
    bands: dict[float, Counter[str]] = {}
    for case in cases(options.folder, options.most):
        is_printed, is_read_again, confidence = outcome(case)
        if is_printed:
            bands.setdefault(confidence, Counter())[case.kind] += 1
        totals[case.kind] += 1
        caught[case.kind] += not is_printed
        doubted[case.kind] += is_read_again
        if options.show == case.kind and is_printed is not (case.kind == TRUE):
            reasons = check(case.claim, case.quotes, "en").reasons
            sys.stderr.write(f"{case.claim}\n  > {' | '.join(case.quotes)}\n  {reasons}\n")
    print_bands(bands)
    report(totals, caught, doubted)


def print_bands(bands: Mapping[float, Counter[str]]) -> None:
    """What share of the claims that would be printed with each confidence is true, or half so."""
    print(f"{'confidence':<16}{'claims':>8}{'true':>9}{'half true':>12}")
    for confidence, kinds in sorted(bands.items(), reverse=True):
        true, half = (kinds[kind] / kinds.total() for kind in (TRUE, HALF))
        print(f"{confidence:<16}{kinds.total():>8}{true:>9.3f}{half:>12.3f}")


def _share(printed: Counter[str]) -> str:
    """What the confidence of a finding is measured by (`analysis.pipeline.trust.BASE`)."""
    return f"{printed[TRUE] / printed.total():.3f}"


def report(totals: Counter[str], caught: Counter[str], doubted: Counter[str]) -> None:
    print(f"{'kind':<16}{'claims':>8}{'dropped':>9}{'read again':>12}")
    for kind, total in totals.items():
        print(f"{kind:<16}{total:>8}{caught[kind] / total:>9.3f}{doubted[kind] / total:>12.3f}")
    false = {kind: total for kind, total in totals.items() if kind != TRUE}
    shares = {kind: round(caught[kind] / total, 3) for kind, total in false.items()}
    drops = caught[TRUE] / totals[TRUE]
    printed = totals - caught
    print(f"of {printed.total()} claims that would be printed {_share(printed)} are true")
    answer = {
        "claims": totals.total(),
        "caught_by_kind": shares,
        "caught": round(sum(caught[kind] for kind in false) / sum(false.values()), 3),
        "false_drops": round(drops, 3),
    }
    print(json.dumps(answer))
    if totals.total() < LEAST_CLAIMS or drops > MOST_FALSE_DROPS:
        raise SystemExit(f"at least {LEAST_CLAIMS} claims, at most {MOST_FALSE_DROPS} false drops")


if __name__ == "__main__":
    main()
