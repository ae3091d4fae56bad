"""Plant the table of mutants: ``python -m dtao_properties.mutants``."""

import sys

from dtao_properties.mutants.command import main

if __name__ == "__main__":
    sys.exit(main())
