"""Judge the `bittensor` SDK by the launch rules: make its environments, ask, print a table, check FINDINGS.md.

Exit 0: the table in FINDINGS.md is what was measured. 1: it is not. 2: it could not be measured.
"""

import shlex
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from examples.bittensor_sdk.campaign import POOLS, Judge, Tally, tally
from examples.bittensor_sdk.questions import QUESTIONS
from examples.bittensor_sdk.table import Recorded, recorded, rendered, updated

from dtao.errors import InputError
from dtao_properties.adapters.endpoint import connected
from dtao_properties.adapters.protocol import NoAnswer, Session
from dtao_properties.conformance.selection import selected
from dtao_properties.conformance.verdicts import verdicts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SUITES = "launch/scenario/*"
VERSIONS = ("9.0.4", "9.12.2", "10.5.0")


def interpreter(version: str, folder: Path) -> Path:
    """Return the interpreter of an environment that has this version; make the environment if it is not there."""
    environment = folder / version
    python = environment / "bin" / "python"
    stamp = environment / "installed.txt"
    requirements = HERE / f"requirements-{version}.txt"
    wanted = f"{sys.version}\n{requirements.read_text()}"
    if stamp.is_file() and stamp.read_text() == wanted and python.exists():
        return python
    print(f"Making the environment of bittensor {version} in {environment} …", file=sys.stderr)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    ran(version, [sys.executable, "-m", "venv", "--clear", str(environment)])
    ran(version, [*pip, "--requirement", str(requirements)])
    ran(version, [str(python), "-m", "pip", "check", "--disable-pip-version-check"])
    stamp.write_text(wanted)
    return python


def ran(version: str, words: Sequence[str]) -> None:
    """Run a command of making an environment."""
    # nothing of the command comes from outside
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode == 0:
        return
    end = "".join(f"\n    | {text}" for text in (done.stdout + done.stderr).splitlines()[-10:])
    raise InputError(
        f"the environment of bittensor {version} cannot be made: {shlex.join(words)} exited with status "
        f"{done.returncode}. It needs a package registry (a network or a mirror that pip is set up for) and a Python "
        f"that this version supports; name another one by VENV and PYTHON. The end of its output:{end}"
    )


def endpoint(python: Path) -> str:
    """Return where the judge reaches the SDK of an environment."""
    return f"cmd:{shlex.quote(str(python))} {shlex.quote(str(HERE / 'adapter.py'))}"


def by_vectors(where: str) -> Recorded:
    """Judge by the bundled launch vectors, as `dtao conform --level quote` does, and count."""
    found = [verdict for verdict in verdicts(selected(suite=SUITES), where, levels=["quote"]) if verdict.judged]
    return Recorded(
        vectors=len(found),
        passed=sum(verdict.status == "passed" for verdict in found),
        answers=sum(verdict.judged for verdict in found),
    )


def by_campaign(version: str, where: str, pools: int) -> list[Tally]:
    """Ask one version all questions of the campaign."""
    session = Session(connected(where))
    try:
        hello = session.hello()
        if hello.version != version:
            raise InputError(f"{where} has bittensor {hello.version}, not {version}. Remove its environment.")
        judge = Judge(session, Session(connected("reference")))
        return [tally(judge, question, pools) for question in QUESTIONS]
    except NoAnswer as failure:
        raise InputError(f"bittensor {version} cannot be judged: {failure}") from failure
    finally:
        session.close()


def main(words: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="judge-sdk", description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the table into FINDINGS.md")
    parser.add_argument("--findings", type=Path, default=ROOT / "FINDINGS.md")
    parser.add_argument("--environments", type=Path, default=ROOT / "build" / "sdk", help="where they are kept")
    parser.add_argument("--pools", type=int, default=POOLS, help="pools a question is asked on (%(default)s)")
    options = parser.parse_args(words)
    try:
        before = options.findings.read_text()
        places = {version: endpoint(interpreter(version, options.environments)) for version in VERSIONS}
        table = rendered(
            {version: by_vectors(where) for version, where in places.items()},
            {version: by_campaign(version, where, options.pools) for version, where in places.items()},
        )
        print(table)
        if table == recorded(before):
            print(f"{options.findings.name} holds this table.")
            return 0
        if not options.update:
            print(
                f"{options.findings.name} holds another table: it is stale. Run `make judge-sdk ARGS=--update` to put "
                "this one in its place, and correct the text around it.",
                file=sys.stderr,
            )
            return 1
        options.findings.write_text(updated(before, table))
    except (InputError, OSError) as error:
        print(f"judge-sdk could not run: {error}", file=sys.stderr)
        return 2
    print(f"{options.findings.name} now holds this table.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
