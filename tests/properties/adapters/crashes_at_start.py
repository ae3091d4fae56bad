"""Fails before it has read anything."""

import sys

from tests.properties.adapters.honest import noted

if __name__ == "__main__":
    noted()
    sys.stderr.write("loading the rules\n")
    raise RuntimeError("no rules are installed")
