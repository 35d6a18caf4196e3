"""Journeys of `config.json`, edited by hand while the window is open: what gives agents more power is shown and
has no effect before a person took it, and a file that cannot be used changes nothing; a restart changes neither."""

import json

import person_journeys as person
import repository
from driver import until
from keys import CONTROL, ENTER, chord
from settings_journeys import opens
from view_journeys import GOAL

#: The values that wait, as the page shows them: setting, in force, in the file.
WAITING = """
    return [...document.querySelectorAll('.waits tbody tr')]
        .map((row) => [...row.children].map((cell) => cell.innerText.trim()));
"""

PERMISSION = "[aria-label='Permissions'] [role=radio][aria-checked=true]"


def file_of(desk):
    return desk.data / "config.json"


def edits(desk, text):
    """Writes the file as an editor does, and comes back to the window, which looks at it then."""
    file_of(desk).write_text(text)
    window = desk.window_of("Musher")
    desk.xdotool("windowminimize", "--sync", window)
    desk.xdotool("windowactivate", "--sync", window)


def restarts(desk, page):
    page.leave(desk.close_window)
    page = desk.open_window()
    page.see("New story")
    return page


def begins(page, project, goal):
    """Fills the form of a new story in, and leaves the rest as the form proposes it."""
    chord(page, CONTROL, "n")
    page.type_into("[aria-label='Path of the folder']", str(project))
    page.click("Read it")
    page.type_into(GOAL, f"{goal} [[demo:plain]]")


def starts(desk, page):
    """Starts that story and waits for its end; gives it."""
    before = len(desk.mush("stories"))
    chord(page, CONTROL, ENTER)
    until("the story", lambda: len(desk.mush("stories")) > before)
    story = desk.mush("stories")[-1]["id"]
    until("its end", lambda: desk.mush("stories")[-1]["state"] == "done", 30)
    return next(each for each in desk.mush("stories") if each["id"] == story)


def waits_for_a_person_before_it_gives_power(desk, pictures):
    """A permission and a gate that a program wrote into the file: the window shows the difference, new stories have
    neither, also after a restart; put in force by a click, the next one has both."""
    person.put_agent_where_the_shell_finds_it(desk)
    page = desk.open_window()
    project = repository.make(desk.folder / "guarded", desk.env)
    touched = desk.folder / "touched"
    gate = f"touch '{touched}'"
    page.see("New story")
    edits(desk, json.dumps({
        "agents": {"claude": {"model": "opus", "permission": "accept-edits"}},
        "projects": {str(project): {"gates": [gate]}}}))
    page.see("2 values that decide what agents may do wait for you")
    opens(desk, page)
    rows = until("the values that wait", lambda: page.js(WAITING))
    assert [row[0] for row in rows] == ["agents.claude.permission", f'projects."{project}".gates'], rows
    assert "ask" in rows[0][1] and "accept-edits" in rows[0][2] and gate in rows[1][2], rows
    pictures.take(page, "config-waits")
    begins(page, project, "Before")
    story = starts(desk, page)
    # A model gives no power, so it is in force at once.
    assert story["profile"]["model"] == "opus", story
    assert story["profile"]["permission"] == "ask" and story["gates"] == [], story

    page = restarts(desk, page)
    page.see("2 values that decide what agents may do wait for you")
    begins(page, project, "After a restart")
    story = starts(desk, page)
    assert story["profile"]["permission"] == "ask" and story["gates"] == [], story
    assert not touched.exists()
    page.click("Look at them")
    assert until("the values that wait", lambda: page.js(WAITING)) == rows
    page.click("Put in force")
    until("nothing to wait", lambda: page.js(WAITING) == [])
    begins(page, project, "Accepted")
    until("the gate in the form", lambda: gate in page.text())
    until("the permission in the form", lambda: page.js(
        "return document.querySelector(arguments[0])?.innerText", PERMISSION) == "Accept edits")
    story = starts(desk, page)
    assert story["profile"]["permission"] == "accept-edits" and story["gates"] == [gate], story
    assert story["reason"] == "checked" and touched.exists(), story
    return page


def problem(page):
    return page.js("return document.querySelector('.problem')?.innerText ?? ''")


def keeps_what_was_good(desk, page):
    """A file with a mistake is named with its line, and what was in force stays so, also after a restart."""
    project = repository.make(desk.folder / "unreadable", desk.env)
    good = file_of(desk).read_text()
    broken = '{\n"agents": {\n}'
    edits(desk, broken)
    opens(desk, page)
    until("the mistake with its line", lambda: "config.json" in problem(page) and "line 3" in problem(page))
    model = "return document.getElementById('agents.claude.model').value"
    assert page.js(model) == "opus", page.js(model)
    page = restarts(desk, page)
    page.see("line 3")
    opens(desk, page)
    until("the mistake with its line", lambda: "line 3" in problem(page))
    assert page.js(model) == "opus", page.js(model)
    begins(page, project, "Still good")
    story = starts(desk, page)
    assert (story["profile"]["model"], story["profile"]["permission"]) == ("opus", "accept-edits"), story
    assert file_of(desk).read_text() == broken
    edits(desk, good)
    until("the mistake to go", lambda: problem(page) == "")
    # Later journeys start stories as usual.
    file_of(desk).write_text("{}")
    desk.mush("config", "accept", "--yes", check=False)
    return page
