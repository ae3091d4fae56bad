"""Gather the pages of the site into ``build/pages``: run from the root of the repository."""

import sys
from pathlib import Path

from docs.gathering import gather

if __name__ == "__main__":
    gather(Path(), Path("build/pages"))
    sys.exit(0)
