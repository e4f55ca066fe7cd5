"""How a run ends when it cannot go on."""


class PipelineError(Exception):
    """The run must end as failed, with a code and a sentence that says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(detail)


class RunPaused(Exception):
    """The run rests until somebody has mended what is wrong; resuming it keeps all that is done."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(detail)
