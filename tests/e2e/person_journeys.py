"""Journeys of a user: what the page shows and does, from the first start to the evidence.

They click buttons by their text and wait for texts on screen, like a user. The demo agent plays
its story in its scratch repository; all of its effects are real.
"""

import pathlib

import repository
from driver import NotSeen, until
from keys import ESCAPE

#: The longest to wait until the demo story asks or ends, in seconds.
STORY = 60

DEMO = "Add a summary of late parcels"


class Pictures:
    """Pictures of the views in light and dark, for people."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def take(self, page, name):
        before = page.js("return document.documentElement.dataset.theme")
        for theme in ("light", "dark"):
            page.js("document.documentElement.dataset.theme = arguments[0]", theme)
            page.screenshot(self.folder / f"{name}-{theme}.png")
        page.js("document.documentElement.dataset.theme = arguments[0]", before)


def word(page):
    """The state in the story's head."""
    return page.js("return document.querySelector('[aria-label=Story] dd')?.innerText ?? ''")


def becomes(page, state):
    """Waits until the shown story is in this state."""
    try:
        until(f"the state {state!r}", lambda: word(page).startswith(state), STORY)
    except NotSeen as error:
        raise NotSeen(f"{error}; it is {word(page)!r}") from None


def sees_the_end(page):
    """Scrolls to the newest steps if the page did not follow them."""
    if page.named("new step"):
        page.click("new step")


def first_start(desk, pictures):
    """An empty data directory shows the agents, how to begin, and the demo story."""
    page = desk.open_window()
    page.see("No stories yet")
    page.see("Claude Code")
    page.see("demo")
    pictures.take(page, "first-start")
    return page


def plays_the_demo(desk, page, pictures):
    """A click starts the demo, which works, then asks and waits for an answer."""
    page.click("Play the demo story")
    page.element("[aria-label=Story]")
    # The story on screen sends no notification.
    page.key(ESCAPE)
    page.see("Needs you", STORY)
    page.see("Waiting for you")
    # The project is shown by name, not by id.
    page.see("parcel-tracker")
    _number, shown = desk.notified("asks", STORY)
    assert shown["title"].startswith("Demo agent asks to run git commit"), shown
    assert DEMO in shown["body"], shown
    pictures.take(page, "board-waiting")


def opens_by_notification(desk, page, pictures):
    """A click on the notification opens its story, with what is asked."""
    number, _shown = desk.notified("asks")
    desk.click_notification(number)
    page.see("asks to run a command")
    page.see("git commit -am")
    pictures.take(page, "story-waiting")


def allows_by_click(desk, page, pictures):
    """When it is allowed, the agent goes on and finishes; work and cost are shown, and no question
    is open."""
    page.click("Allow once")
    becomes(page, "Done")
    page.see_not("asks to run a command")
    page.see("All checks pass")
    assert "$0." in page.text(), page.text()
    [story] = desk.mush("stories")
    assert story["state"] == "done" and story["cost_micros"] > 0, story
    assert f"${story['cost_micros'] / 1e6:.2f}" in page.text(), story["cost_micros"]
    log = repository.git(story["dir"], desk.env, "log", "--format=%s")
    assert log.splitlines()[0].startswith("parcel: late"), log
    pictures.take(page, "story-done")


def shows_evidence(desk, page, pictures):
    """One key shows the evidence, and another click its bytes."""
    page.key("w")
    page.see("the agent reported success")
    pictures.take(page, "evidence")
    page.click("stdout", css=".bytes")
    [story], [run] = desk.mush("stories"), desk.mush("runs")
    place = page.invoke("query", {"query": {"of": "evidence", "story": story["id"]}})["value"]["is"]["result"]
    log = (desk.data / "runs" / run["id"] / "output.log").read_bytes()
    line = log[place["offset"]:place["offset"] + place["len"]].decode()
    assert line.startswith("{") and line in page.text(), (line, page.text())
    pictures.take(page, "raw")


def follows_up(desk, page, pictures):
    """Another prompt continues the conversation, and its question is refused."""
    page.type_into("textarea", "One more thing, please.")
    page.click("Send")
    page.see("asks to run a command", STORY)
    page.click("Deny")
    becomes(page, "Done")
    first, second = desk.mush("runs")
    assert first["session"] == second["session"], (first, second)
    sees_the_end(page)
    page.see("not committed, because you said no")
    pictures.take(page, "story-follow-up")


def stops(desk, page, pictures):
    """Stop needs a second press; then it ends the agent and shows who stopped it."""
    page.type_into("textarea", "[[demo:slow]]")
    page.click("Send")
    becomes(page, "Working")
    sees_the_end(page)
    page.see("word5", STORY)
    page.click("Stop")
    page.click("Stop, press again")
    becomes(page, "Stopped by you")
    [story] = desk.mush("stories")
    assert (story["state"], story["reason"]) == ("stopped", "you"), story
    pictures.take(page, "story-stopped")


def put_agent_where_the_shell_finds_it(desk):
    """Puts an agent where only the login shell finds it: the demo agent under another name."""
    home = pathlib.Path(desk.env["HOME"])
    program = home / "tools" / "claude"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{desk.programs}/mush" demo-agent "$@"\n')
    program.chmod(0o700)
    (home / ".bash_profile").write_text('echo Welcome; export PATH="$HOME/tools:$PATH"\n')


def begins_by_drop(desk, page, pictures):
    """A folder that is dropped on the window becomes a story in a separate worktree, with a gate."""
    put_agent_where_the_shell_finds_it(desk)
    page.leave(desk.close_window)
    page = desk.open_window()
    project = repository.make(desk.folder / "parcel api", desk.env)
    (project / "notes.txt").write_text("not committed\n")
    desk.drag([project], page)
    page.see("parcel api")
    page.see("1 changed file would mix with the agent's")
    page.see("2.1.330")
    pictures.take(page, "new-story")
    page.type_into("#goal", "Look around in here")
    # The command stands in its field when the press on Start takes the focus from there.
    page.type_into("[aria-label='Add a command']", "test -f README.md")
    page.see("git worktree add -b musher/look-around-in-here")
    page.click("Start")
    becomes(page, "Done")
    story = desk.mush("stories")[-1]
    assert (story["agent"], story["reason"], story["branch"]) == (
        "claude", "checked", "musher/look-around-in-here"), story
    assert repository.git(project, desk.env, "worktree", "list").count("\n") == 2
    assert (pathlib.Path(story["dir"]) / "README.md").exists() and story["dir"] != str(project)
    pictures.take(page, "story-checked")
    return page


def keeps_the_theme(desk, page, pictures):
    """The dark theme is kept when the window is closed."""
    page.invoke("change_setting", {"change": {"set": "theme", "to": "dark"}})
    page.leave(desk.close_window)
    page = desk.open_window()
    page.see("Board")
    until("the dark theme", lambda: page.js("return document.documentElement.dataset.theme") == "dark")
    ground = page.js("return getComputedStyle(document.body).backgroundColor")
    lightness = page.js("""
        const canvas = new OffscreenCanvas(1, 1).getContext('2d');
        canvas.fillStyle = arguments[0]; canvas.fillRect(0, 0, 1, 1);
        return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
    """, ground)
    assert lightness < 80, (ground, lightness)
    page.screenshot(pictures.folder / "board-dark-kept.png")
    page.invoke("change_setting", {"change": {"set": "theme", "to": "system"}})
    return page
