"""How much is asked at a time: sentences, answers, and what must be left for writing."""

from analysis.capabilities import Model
from analysis.journal import Bound
from analysis.pipeline import plan
from analysis.types import Brief
from templates_app.types import Section, SectionKind

FIGURE_KINDS = (SectionKind.KEY_FIGURES, SectionKind.TABLE)
CHARACTERS_PER_TOKEN = 3.5
READ_CHARACTERS, LEAST_CHARACTERS = 6500, 600
# Tokens that prompts, sentences, claims, questions and keys take, on the high side.
PROMPT, SENTENCE, CLAIM, QUESTION, KEY, FIXED = 500, 70, 80, 90, 10, 120
# Of a second reading: claims in a call, and the tokens of a verdict and of a claim said anew.
CLAIMS_A_CALL = 12
VERDICT_TOKENS, CLAIM_TOKENS, FIXED_TOKENS = 16, 90, 60
# Of vectors: texts in a call, and the tokens of a passage.
TEXTS_A_CALL, PASSAGE = 64, 460
# Sections that are planned in one call.
SECTIONS_A_CALL = 4
# Sentences a question that are read: some more than are wanted, but never many.
MORE_TO_READ, MOST_TO_READ = 3, 9


class Sizes:
    """The sizes of one run's questions and answers, in tokens unless they say otherwise."""

    def __init__(self, brief: Brief, writer: Model) -> None:
        self.brief, self.writer, self.depth = brief, writer, plan.depth(brief)

    def plan(self, sections: int) -> int:
        return FIXED + sections * self.depth.questions * QUESTION

    def choice(self, questions: int, sentences: int) -> int:
        return FIXED + questions * KEY + 2 * sentences * KEY

    def claims(self, section: Section) -> int:
        """How many sentences a section may have: fewer beside tables."""
        most = self.depth.findings
        return most // 2 if section.kind in FIGURE_KINDS else most

    def section(self, section: Section) -> int:
        return FIXED + self.claims(section) * CLAIM

    @property
    def read(self) -> int:
        """How many sentences are read for a question, at most."""
        return min(MOST_TO_READ, self.depth.findings + MORE_TO_READ)

    @property
    def summary(self) -> int:
        return FIXED + self.depth.summary * CLAIM

    @property
    def writing(self) -> Bound:
        """What the sections and the summary take at most: kept while others spend."""
        sections = self.brief.template.sections
        claims = sum(self.claims(one) for one in sections) + 2 * self.depth.summary
        tokens_in = (len(sections) + 1) * PROMPT + claims * SENTENCE
        tokens_out = sum(self.section(one) for one in sections) + self.summary
        cost = self.writer.price.of(tokens_in=tokens_in, tokens_out=tokens_out)
        return Bound(tokens=tokens_in + tokens_out, cost=cost)

    def read_characters(self, reader: Model) -> int:
        """How many characters of sentences a batch holds: what is quick, and fits the window."""
        if not reader.window:
            return READ_CHARACTERS
        room = (reader.window - reader.max_output - PROMPT) * CHARACTERS_PER_TOKEN
        return max(LEAST_CHARACTERS, min(READ_CHARACTERS, int(room * 0.8)))
