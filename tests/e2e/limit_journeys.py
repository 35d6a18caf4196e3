"""Journeys at an agent's limit: for how long it holds is said with the day, and a person can try before that."""

import re
import time

import person_journeys as person
from driver import until
from fake_agents import Speaking, limit, result, text
from keys import CONTROL, ENTER, chord

#: A reset that is not today.
AWAY = 4 * 86_400


def goes_to_the_board(page):
    """Shows the board, whose foot has the limits."""
    chord(page, CONTROL, "1")
    page.element(".board")


def of_claude(page):
    """The line of Claude Code in the form of a new story."""
    return page.js("""
        return [...document.querySelectorAll('[role=radiogroup] .opt')].map((each) => each.innerText)
            .find((each) => each.includes('Claude Code')) ?? '';
    """)


def names_the_day_of_a_reset(desk):
    """A reset in four days is named with its day, in the window as in the notification."""
    person.put_agent_where_the_shell_finds_it(desk)
    page = desk.open_window()
    reset = time.time() + AWAY
    page.see("New story")
    story = Speaking(desk, page, "until", [limit(reset)])
    _number, shown = desk.notified("held by a limit", 30)
    until_when = re.search(r"until (.*\d\d:\d\d)", f"{shown['title']}\n{shown['body']}")[1]
    assert until_when == time.strftime("%a %H:%M", time.localtime(reset)), shown
    story.open()
    page.see(f"Limited until {until_when}")
    desk.mush("stop", story.facts()["slug"])
    return page


def tries_now(desk, page):
    """The limit stands on the board and in the form of a new story, and a person who has another login tries now:
    by key at the limit still, by click with success."""
    held = Speaking(desk, page, "another-login", [limit(time.time() + AWAY)])
    held.becomes("limited")
    goes_to_the_board(page)
    page.see("Held, 3")
    chord(page, CONTROL, "n")
    until("the limit in the form", lambda: "held" in of_claude(page))
    held.open()
    until("the button", lambda: page.named("Try now"))
    chord(page, CONTROL, ENTER)
    until("a run that comes to the limit", lambda: held.prompts() and held.facts()["state"] == "limited")
    held.says_from_now_on([text("It went through."), result()])
    page.click("Try now")
    page.see("It went through.")
    held.becomes("done")
    # The account is held no more, on the board and in the form.
    goes_to_the_board(page)
    page.see_not("Held, ")
    chord(page, CONTROL, "n")
    until("the limit to leave the form", lambda: of_claude(page) and "held" not in of_claude(page))
    goes_to_the_board(page)
