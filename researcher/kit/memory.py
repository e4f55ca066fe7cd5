"""How a process that lives long keeps its memory."""

import gc

# Many short-lived objects are no reason to look for cycles; the default is (700, 10, 10).
THRESHOLDS = (10_000, 20, 10)


def settle() -> None:
    """Keep the collector from walking again and again through what the program is made of.

    To be called when all is loaded and before processes are forked, which inherit it: a collection
    in each of them would write to the pages that they share. What exists by then is never looked at
    again: classes and functions, which live as long as the process. The search for cycles among
    them stopped an event loop for 0.2 s at a time.
    """
    if gc.get_freeze_count():
        return
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
