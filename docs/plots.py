"""Plots of the ready simulations that take seconds; the others are a command away."""

import shutil
import subprocess
import sys
from pathlib import Path

from dtao_lab.simulation import of_file

SCENARIOS = ("takeover", "pool_run", "buy_up_and_dump", "halving")
FOLDER = "examples/simulations"


def plots_page(root: Path, results: Path, images: Path) -> str:
    """Return the page of plots, and write its images. A simulation whose results are there is not run again."""
    images.mkdir(parents=True, exist_ok=True)
    parts = [
        "# Simulations in pictures\n\n"
        "The reference computed every block, of all scenarios but the first two when this site was built; "
        "[all scenarios](examples/simulations.md) say how long they take and what they show.",
        f"## {of_file(root / FOLDER / 'root_share.toml')[0].title}",
        "![Root's part of what validators earn, by TAO weight](pictures/root_share.png)",
        f"```sh\ndtao simulate {FOLDER}/root_share.toml\n```",
        f"## {of_file(root / FOLDER / 'eras.toml')[0].title}",
        "![What a year on root brings under the rules of five versions](pictures/eras_root.png)",
        f"```sh\ndtao simulate {FOLDER}/eras.toml\n```",
    ]
    for name in SCENARIOS:
        file = root / FOLDER / f"{name}.toml"
        out = results / name
        command = (sys.executable, "-m", "dtao_properties", "simulate", str(file), "--out", str(out))
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own command
        scenario = of_file(file)[0]
        parts.append(f"## {scenario.title}")
        for plot in scenario.plots:
            image = f"{name}-{plot.name}.png"
            shutil.copyfile(out / f"{plot.name}.png", images / image)
            alternative = " ".join((plot.title or scenario.title).split()).replace('"', "'")
            parts.append(f"![{alternative}]({images.name}/{image}){{ loading=lazy width=1200 height=700 }}")
        parts.append(f"```sh\ndtao simulate {FOLDER}/{name}.toml\n```")
    return "\n\n".join(parts) + "\n"
