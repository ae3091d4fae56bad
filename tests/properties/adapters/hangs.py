"""Never answers, and has a child that never ends either."""

import subprocess
import time

from tests.properties.adapters.honest import run


def hang(message: object, answer: object) -> None:
    subprocess.Popen(["sleep", "600"])
    time.sleep(600)


if __name__ == "__main__":
    run(hang)
