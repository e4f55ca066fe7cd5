#!/usr/bin/env python
"""The command line of Researcher Pro."""

import os
import sys

from researcher import command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "researcher.settings")
    command_line.run(sys.argv)
