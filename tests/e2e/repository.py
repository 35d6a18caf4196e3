"""Small git repositories for the journeys."""

import pathlib
import subprocess


def make(folder, env, files=None):
    """Makes a repository with one commit on branch `main`. Returns its folder."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    for name, text in (files or {"README.md": "# A small project\n"}).items():
        (folder / name).write_text(text)
    for words in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"],
                  ["-c", "user.name=Ann", "-c", "user.email=ann@localhost", "commit", "--quiet",
                   "-m", "first"]):
        subprocess.run(["git", "-C", str(folder), *words], env=env, check=True,
                       stdin=subprocess.DEVNULL, timeout=30)
    return folder


def git(folder, env, *words):
    """The output of a git command in a repository."""
    return subprocess.run(["git", "-C", str(folder), *words], env=env, check=True, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=30).stdout
