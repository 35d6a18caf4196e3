"""Journeys beside an agent that prints nothing: for how long is said where its state stands, and nothing is done
about it."""

import os
import time

import repository
from driver import until
from fake_agents import Speaking, command, text
from keys import CONTROL, chord, clear
from view_journeys import FILTER
from window_journeys import start

SILENT = 30 * 60


def says_for_how_long_nothing_came(desk, page):
    """After a step and inside a call: the board and the story say for how long, and the state stays as it was."""
    stories = [Speaking(desk, page, "silent-after-a-step", [text("I look at the tests."), command("ls", "a")]),
               Speaking(desk, page, "silent-in-a-call", [text("I run the tests."), command("npm test")])]
    for story in stories:
        until("the agent's call", lambda: has_called(desk, story))
        falls_silent(desk, story)
    # Something else happens, so that the engine looks at all stories at once and not in some seconds.
    start(page, repository.make(desk.folder / "beside", desk.env), "Beside", "[[demo:plain]]")
    # Only these rows, so that they are in sight however many there are.
    chord(page, CONTROL, "1")
    page.element(".board")
    page.key("/")
    clear(page, FILTER)
    page.type_into(FILTER, "silent-")
    for story, said in zip(stories, ("nothing for 30 min", "nothing for 30 min, Bash npm test")):
        until(f"{said!r} on the board", lambda: said in on_board(page, story).splitlines())
        assert "Working" in on_board(page, story), on_board(page, story)
    stories[1].open()
    until("the silence in the story", lambda: "nothing for 30 min, Bash npm test" in plain(page.text()))
    for story in stories:
        assert story.facts()["state"] == "running", story.facts()
        stop = {"op": "stop", "story": story.story, "why": "window", "now": True}
        assert page.invoke("ask", {"request": stop})["value"]["reply"] != "refused"
    chord(page, CONTROL, "1")
    clear(page, FILTER)


def run_of(desk, story):
    return next(run for run in desk.mush("runs") if run["story"] == story.story)


def has_called(desk, story):
    """Whether all that it says before its silence is read."""
    if not story.prompts():
        return False
    events = [each["event"]["type"] for each in desk.mush("events", run_of(desk, story)["slug"])]
    return any("tool" in each for each in events)


def falls_silent(desk, story):
    """What was printed last was printed long ago, by the times of the files."""
    before = time.time() - SILENT
    for log in (desk.data / "runs" / run_of(desk, story)["id"]).glob("*.log"):
        os.utime(log, (before, before))


def plain(words):
    """With usual spaces."""
    return words.replace("\u202f", " ").replace("\u00a0", " ")


def on_board(page, story):
    row = "return document.querySelector(`[data-story='${arguments[0]}']`)?.innerText ?? ''"
    return plain(page.js(row, story.story))
