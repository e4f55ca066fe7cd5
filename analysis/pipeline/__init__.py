"""The analysis itself: five steps from a Brief to a Draft, in plain Python.

    brief | plan | collect | process | analyse | write

`stages.run` is the whole of it. It reaches the world only through `Tools`.

Nothing is imported here: a child process that needs one module is not to load them all.
"""
