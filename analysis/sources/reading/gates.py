"""Pages that stand where the content should be: consent, login, a test for robots, "not found".

Only short pages are judged, and by what else they say: an article about cookies is an article.
"""

import re

from analysis.sources.reading.types import Unreadable

LONGEST = 1500
# A page with so many other words (characters) has content, whatever else it asks.
CONTENT = 400
LETTERS_NEEDED = 40
LETTER = re.compile(r"[^\W\d_]")

CONSENT = re.compile(
    r"before you continue|we (?:value|respect|care about) your privacy|we use cookies"
    r"|accept (?:all|cookies)|(?:reject|decline) all|manage (?:options|preferences|cookies)"
    r"|cookie (?:settings|preferences|policy)|your consent|consent to the use|privacy settings"
    r"|alle akzeptieren|alle ablehnen|wir verwenden cookies|tout accepter|tout refuser"
    r"|aceptar todas?|rechazar todas?|accetta tutti|alles accepteren",
    re.I,
)
LOGIN = re.compile(
    r"(?:sign|log) ?in (?:to|or|with)|please (?:sign|log) ?in|forgot(?:ten)? (?:your )?password"
    r"|create an account|subscribe (?:to|now to) (?:continue|read)|already a subscriber"
    r"|subscribers only|members only",
    re.I,
)
ROBOT = re.compile(
    r"verify (?:that )?you are (?:a )?human|checking your browser|just a moment|are you a robot"
    r"|enable javascript and cookies|unusual traffic|complete the security check|captcha",
    re.I,
)
DENIED = re.compile(r"\b(?:access denied|403 forbidden|forbidden|request blocked)\b", re.I)
MISSING = re.compile(
    r"\b(?:page|article|document|file) (?:was |could )?not (?:be )?found|^not found$|^\W*404\W*$"
    r"|\berror 404\b|\b404 (?:not found|error)|seite nicht gefunden|page introuvable",
    re.I | re.M,
)
SCRIPT = re.compile(
    r"(?:enable|requires?|turn on|activate) javascript|javascript is (?:disabled|required)", re.I
)


def check(title: str, text: str) -> None:
    """Raises Unreadable with the code of the gate that a page is, or empty_page."""
    if len(text) > LONGEST or _other_words(text) > CONTENT:
        return
    shown = f"{title}\n{text}"
    first = f"{title}\n{text[:200]}"
    if _kinds(CONSENT, shown) >= 2:
        raise _gate("consent_wall", "asks for consent")
    if ROBOT.search(shown):
        raise _gate("robot_wall", "asks whether a person is reading")
    if _kinds(LOGIN, shown) >= 2:
        raise _gate("login_wall", "asks to log in or to subscribe")
    if DENIED.search(first):
        raise _gate("access_denied", "refuses access")
    if MISSING.search(first):
        raise _gate("not_found", "says that there is nothing here")
    if len(LETTER.findall(text)) < LETTERS_NEEDED or _is_shell(text):
        detail = "The page shows no text without running its scripts, or has none."
        raise Unreadable("empty_page", detail)


def _other_words(text: str) -> int:
    """The length of the paragraphs that ask the visitor for nothing."""
    asking = (CONSENT, LOGIN, ROBOT, SCRIPT)
    lines = text.split("\n")
    return sum(len(line) for line in lines if not any(kind.search(line) for kind in asking))


def _kinds(pattern: re.Pattern[str], text: str) -> int:
    """How many different phrases of a kind stand in a text."""
    return len({found.lower() for found in pattern.findall(text)})


def _is_shell(text: str) -> bool:
    return bool(SCRIPT.search(text)) and len(text) < LONGEST / 5


def _gate(code: str, what: str) -> Unreadable:
    return Unreadable(code, f"The page {what} and does not show the content.")
