"""Letters of many scripts and characters that are no letters, to make texts of."""

LETTERS = (
    "aZ9 -.,/()[]%\t\néßøλЖяשלםاللغةहिन्दीไทย€→✓\u00a0\u200b\u200c\u200d\u0301\u202e\x00\U0001f600"
)
