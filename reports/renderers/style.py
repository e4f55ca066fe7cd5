"""The style sheet of the HTML report: the colours of the theme, and the page."""

from pathlib import Path

from reports.renderers import theme

PAGE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def style() -> str:
    return _colours() + PAGE


def _colours() -> str:
    """The theme as custom properties."""
    named = {"ink": theme.INK, "navy": theme.NAVY, "accent": theme.ACCENT, "muted": theme.MUTED}
    named |= {"rule": theme.RULE, "wash": theme.WASH, "pale": theme.PALE}
    for verdict, tint in theme.VERDICTS.items():
        named |= {f"{verdict}-ink": tint.ink, f"{verdict}-wash": tint.wash}
    return ":root{" + "".join(f"--{name}:{colour};" for name, colour in named.items()) + "}\n"
