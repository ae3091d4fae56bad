"""Says on its standard output what it did, in one go with the reply."""

import json
import os
from typing import Any

from tests.properties.adapters.honest import run


def chat(message: dict[str, Any], answer: object) -> None:
    said = f"added {message['args']['a']} and {message['args']['b']}"
    os.write(1, f"{json.dumps(answer)}\n{said}\n".encode())


if __name__ == "__main__":
    run(chat)
