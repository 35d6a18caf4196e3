"""Small git repositories to work in."""

import pathlib
import subprocess


def make(folder, env, files=None):
    """A repository on branch `main` with one commit; gives its folder."""
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
    """What git says in a repository."""
    return subprocess.run(["git", "-C", str(folder), *words], env=env, check=True, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=30).stdout
