"""The path of the programs under test, in cargo's target directory."""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def target_directory():
    """Cargo's target directory, from its configuration and environment."""
    command = ["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"]
    asked = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=120)
    return pathlib.Path(json.loads(asked.stdout)["target_directory"])
