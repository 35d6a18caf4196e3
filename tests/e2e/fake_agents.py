"""Stories whose agent is a program of our own: it behaves like Claude Code and says what a journey gives it."""

import json
import pathlib
import shutil
import uuid

import repository
from driver import NotSeen, until
from keys import follow

FIXTURES = pathlib.Path(__file__).parents[1] / "fixtures"

#: How long a program may take until its story is in another state.
PATIENCE = 30


class AgentStory:
    """A story with an agent from the fixtures; `files` lie beside the program. It works in its project, or in a new
    worktree of that, on this branch. It has a repository of its own if no project is named."""

    def __init__(self, desk, page, name, program, files, *, title=None, prompt="Go on", branch=None, project=None):
        self.desk = desk
        self.page = page
        self.folder = desk.folder / name
        self.title = title or name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.project = project or repository.make(self.folder / "project", desk.env)
        copy = self.folder / "claude"
        shutil.copy(FIXTURES / program, copy)
        copy.chmod(0o700)
        for file, content in files.items():
            self.give(file, content)
        self.story = str(uuid.uuid4())
        profile = {"model": None, "permission": "ask", "allowed_tools": [], "add_dirs": [],
                   "extra_args": [], "bin": str(copy), "end_descendants": False}
        start = {"op": "start", "id": self.story, "agent": "claude", "dir": str(self.project),
                 "prompt": prompt, "title": self.title, "profile": profile}
        if branch is not None:
            start.update(worktree=branch, new_branch=True)
        answer = page.invoke("ask", {"request": start})
        assert answer.get("value", {}).get("reply") == "started", answer

    def give(self, file, content):
        """Puts something beside the program, which reads it in its next run."""
        (self.folder / file).write_text(json.dumps(content), encoding="utf-8")
        return self

    def open(self, words=None):
        """Opens the story by the palette, as a person does who knows its name, or words of it."""
        follow(self.page, words or self.title)
        # A low window has no room for a story's head.
        is_open = """
            const head = document.querySelector('h1');
            return head ? head.textContent.trim() === arguments[0] : document.querySelector('[role=feed]') !== null;
        """
        try:
            until("the story", lambda: self.page.js(is_open, self.title))
        except NotSeen as error:
            raise NotSeen(f"{error}; the page says:\n{self.page.text()}") from None
        return self

    def facts(self):
        """The story as the command line has it."""
        return next(each for each in self.desk.mush("stories") if each["id"] == self.story)

    def worktree(self):
        """The folder in which it works."""
        return pathlib.Path(self.facts()["dir"])

    def becomes(self, state):
        """Waits for a state of the story."""
        until(f"the state {state!r}", lambda: self.facts()["state"] == state, PATIENCE)
        return self


class Speaking(AgentStory):
    """A story whose agent prints a turn for each prompt."""

    def __init__(self, desk, page, name, *turns, **options):
        super().__init__(desk, page, name, "speaking-agent/speaking_agent.py", {"turns.json": turns}, **options)

    def says_from_now_on(self, *turns):
        """What its next run prints."""
        self.give("turns.json", turns)

    def prompts(self):
        """The texts that reached the agent."""
        kept = self.folder / "prompts.jsonl"
        lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
        messages = [json.loads(line).get("message", {}).get("content") for line in lines]
        return [text_of(each) for each in messages if each is not None]


def text_of(content):
    """The text of a message, which is one or a list of parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def text(words):
    """The agent says something."""
    return {"says": words}


def part(words):
    """The agent writes a part of a text; the parts after it continue it, until it does something else."""
    return {"writes": words}


def command(line, output=None):
    """The agent runs a command, which prints something; without that it goes on."""
    return {"runs": line, "output": output}


def told(words):
    """What the program puts into the conversation as if a person had said it."""
    return {"told": words}


def waits_for(file):
    """The agent works on until this file is beside it."""
    return {"waits_for": file}


def result():
    """The end of a good turn."""
    return {"ends": True}


def limit(resets_at):
    """The end of a turn at a weekly limit."""
    return {"limited_until": int(resets_at)}
