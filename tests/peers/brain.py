"""What a well-behaved model would answer: a valid plan, keys that exist, sentences of the quotes.

It knows nothing but the request, as a model does. Equal requests get equal answers.
"""

import json
import re
from collections.abc import Callable
from typing import Any

Request = dict[str, Any]

SECTION = re.compile(r"^(\d+)\. (.+?)(?:: (.*))?$", re.MULTILINE)
CLAIM = re.compile(r"^(\d+)\. (.+)((?:\n> .+)*)", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LINE = re.compile(r"^\[([a-z0-9]{4,12})\] (.+)$", re.MULTILINE)
WORD = re.compile(r"[a-z]{4,}")
COMMON = frozenset({"this", "that", "with", "from", "have", "were", "which", "their", "about"})
MOST_KEYS, MOST_CLAIMS, PARAGRAPH = 4, 6, 4
SHAPES = {
    "sections": "Planned",
    "answers": "Chosen",
    "paragraphs": "Written",
    "claims": "Summary",
    "verdicts": "Judged",
}
SAID = ", the document states"
LONGEST_CLAIM, LONGEST_SUMMED = 45, 20


def brain(request: Request) -> str:
    """The answer of the role that the request's schema names, as JSON."""
    messages = request["messages"]
    answer = ROLES.get(role_of(request), _words)(str(messages[1]["content"]))
    if len(messages) > 3 and "cut" in str(messages[-1]["content"]):
        answer = _rest(answer, str(messages[-2]["content"]))
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _rest(answer: Any, begun: str) -> Any:
    """What of an answer was not said yet."""
    [(name, items)] = answer.items()
    return {name: items[len(json.loads(begun)[name]) :]}


def role_of(request: Request) -> str:
    """The name of the schema; where it is only said in words, the one that it must be."""
    if "input" in request:
        return "Embeddings"
    form = request.get("response_format") or {}
    if name := form.get("json_schema", {}).get("name"):
        return str(name)
    shape = str(request["messages"][0]["content"]).rpartition("\n")[2]
    if not shape.startswith("{"):
        return "text"
    schema = json.loads(shape)
    role = SHAPES.get(next(iter(schema["properties"])), "text")
    return "Rewritten" if "Anew" in schema.get("$defs", {}) else role


def texts_of(request: Request) -> list[str]:
    """What is to be read of a request."""
    if "input" in request:
        return [str(text) for text in request["input"]]
    return [str(message["content"]) for message in request["messages"]]


def lines(user: str) -> dict[str, str]:
    """The sentences of a prompt by their keys."""
    return dict(LINE.findall(user))


def planned(user: str) -> Any:
    sections = user.partition("Sections:")[2]
    return {
        "sections": [
            {"section": int(number), "questions": [_question(title, guidance)], "skip": ""}
            for number, title, guidance in SECTION.findall(sections)
        ]
    }


def _question(title: str, guidance: str) -> dict[str, str]:
    words = re.findall(r"[A-Za-z-]{4,}", guidance)
    return {
        "ask": f"What is known of {title.lower()}: {', '.join(words[:4])}?",
        "evidence": " ".join(words[4:8]),
    }


def chosen(user: str) -> Any:
    """For every question the sentences that share most words with it."""
    known = lines(user)
    asked = user.partition("[")[0]
    taken: set[str] = set()
    answers = []
    questions = SECTION.findall(asked)
    most = min(MOST_KEYS, max(1, len(known) // max(1, len(questions))))
    for number, text, more in questions:
        wanted = _telling(f"{text} {more}")
        shares = {key: len(wanted & _telling(line)) for key, line in known.items()}
        best = sorted((key for key in known if key not in taken), key=lambda key: -shares[key])
        taken.update(best[:most])
        answers.append({"question": int(number), "keys": best[:most]})
    return {"answers": answers}


def _telling(text: str) -> set[str]:
    return set(WORD.findall(text.lower())) - COMMON


def written(user: str) -> Any:
    claims = [{"text": claim(line), "keys": [key]} for key, line in lines(user).items()]
    claims = claims[:MOST_CLAIMS]
    return {"paragraphs": [claims[at : at + PARAGRAPH] for at in range(0, len(claims), PARAGRAPH)]}


def summed(user: str) -> Any:
    most = re.search(r"At most (\d+) sentences", user)
    known = list(lines(user).items())[: int(most[1]) if most else MOST_CLAIMS]
    return {"claims": [{"text": claim(line, LONGEST_SUMMED), "keys": [key]} for key, line in known]}


def judged(user: str) -> Any:
    """Supported, if the numbers of a claim stand in its quotes and most of its words do."""
    return {
        "verdicts": [
            {"claim": number, "verdict": _verdict(text, quotes)}
            for number, text, quotes in _claims(user)
        ]
    }


def _verdict(text: str, quotes: str) -> str:
    numbers = set(NUMBER.findall(text)) <= set(NUMBER.findall(quotes))
    words = _telling(text)
    shared = len(words & _telling(quotes)) >= 0.4 * len(words)
    return "supported" if numbers and shared else "not_found"


def rewritten(user: str) -> Any:
    """Every claim in the words of its first quote."""
    return {
        "claims": [
            {"claim": number, "text": claim(quotes.splitlines()[0]) if quotes else ""}
            for number, _, quotes in _claims(user)
        ]
    }


def _claims(user: str) -> list[tuple[int, str, str]]:
    """(number, claim, its quotes, one a line) of every claim of a prompt."""
    found = []
    for number, text, below in CLAIM.findall(user):
        found.append((int(number), text, below.replace("\n> ", "\n").strip()))
    return found


def claim(line: str, longest: int = LONGEST_CLAIM) -> str:
    """A sentence in nearly the words of its quote, as a careful writer keeps them."""
    words = line.rstrip(".").removesuffix(SAID).split()
    text = " ".join(words[:longest]).rstrip(",")
    return f"{text[:1].upper()}{text[1:]}{SAID}."


def _words(user: str) -> Any:
    return {"text": user[:40]}


ROLES: dict[str, Callable[[str], Any]] = {
    "Planned": planned,
    "Chosen": chosen,
    "Written": written,
    "Summary": summed,
    "Judged": judged,
    "Rewritten": rewritten,
}
