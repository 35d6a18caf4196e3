"""Where cargo puts the programs that are driven here."""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def target_directory():
    """Cargo's target directory, as configuration and environment name it."""
    command = ["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"]
    asked = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=120)
    return pathlib.Path(json.loads(asked.stdout)["target_directory"])
