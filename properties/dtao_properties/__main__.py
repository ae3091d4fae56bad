"""The console command ``dtao``. It can say what is missing when only the base package is installed."""

import os
import sys

from dtao_properties.version import version_text

EXTRA_MODULES = frozenset({"typer", "rich", "click"})


def main() -> None:
    """Run the command line, or explain how to install what it needs (exit 2)."""
    if sys.stdout is None:  # it is closed: whatever is written fails, and no file is opened in its place
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.argv[1:] == ["--version"]:
        try:
            print(version_text(), flush=True)  # without loading the reference and the command line, which takes longer
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            print(f"dtao: error: the output cannot be written ({error.strerror})", file=sys.stderr)
            sys.exit(2)
        return
    try:
        from dtao_properties.cli import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA_MODULES:
            raise
        print(
            f"dtao: error: the command line needs {error.name}, which is not installed. "
            "Install the extra: pip install 'dtao-spec[conform]'. The library itself (import dtao) works without.",
            file=sys.stderr,
        )
        sys.exit(2)
    run()


if __name__ == "__main__":
    main()
