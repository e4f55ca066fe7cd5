"""What a well-behaved model would answer: a valid plan, keys that exist, sentences of the quotes.

It knows nothing but the request, as a model does. Equal requests get equal answers.
"""

import json
import re
from collections.abc import Callable
from typing import Any

Request = dict[str, Any]

SECTION = re.compile(r"^(\d+)\. (.+?)(?:: (.*))?$", re.MULTILINE)
LINE = re.compile(r"^\[([a-z0-9]{4,12})\] (.+)$", re.MULTILINE)
WORD = re.compile(r"[a-z]{4,}")
COMMON = frozenset({"this", "that", "with", "from", "have", "were", "which", "their", "about"})
MOST_KEYS, MOST_CLAIMS, PARAGRAPH = 4, 7, 4
SAID = ", the document states"
LONGEST_CLAIM, LONGEST_SUMMED = 45, 20


def brain(request: Request) -> str:
    """The answer of the role that the request's schema names, as JSON."""
    role = request.get("response_format", {}).get("json_schema", {}).get("name", "")
    answer = ROLES.get(role, _words)(str(request["messages"][1]["content"]))
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def lines(user: str) -> dict[str, str]:
    """The sentences of a prompt by their keys."""
    return dict(LINE.findall(user))


def planned(user: str) -> Any:
    sections = user.partition("Sections:")[2]
    return {
        "sections": [
            {"section": int(number), "questions": [_question(title, guidance)]}
            for number, title, guidance in SECTION.findall(sections)
        ]
    }


def _question(title: str, guidance: str) -> dict[str, str]:
    words = re.findall(r"[A-Za-z-]{4,}", guidance)
    return {
        "ask": f"What is known of {title.lower()}: {', '.join(words[:4])}?",
        "find": " ".join(words[4:8]),
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
}
