"""The polite no of code that works in a child process."""


class Refusal(Exception):
    """What was asked cannot be done: `code` for programs, `detail` a sentence for the user.

    `detail` names what was wrong and what would be right. A refusal raised in a child process
    is raised again in the parent with the same code and detail.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"
