"""Prove all lemmas: ``python -m dtao_properties.proofs``. It can say what is missing without the extra ``[proofs]``."""

import sys

EXTRA_MODULES = frozenset({"z3", "crosshair", "rich"})


def main() -> int:
    """Run the proofs, or explain how to install what they need (2)."""
    try:
        from dtao_properties.proofs import command
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA_MODULES:
            raise
        print(
            f"error: the proofs need {error.name}, which is not installed. "
            "Install the extra: pip install 'dtao-spec[proofs]'.",
            file=sys.stderr,
        )
        return 2
    return command.main()


if __name__ == "__main__":
    sys.exit(main())
