"""Journeys through the forecast: two stories in two worktrees of a repository come to change the same lines, each is
told so once, and it goes away again."""

from changes_journeys import begins_a_turn, write
from driver import until
from fake_agents import PATIENCE, Speaking, result, waits_for
from keys import CONTROL, chord


def shows_which_stories_conflict_and_in_which_order_to_merge(desk, page, pictures):
    """The board marks both stories, which leads to the forecast with the lines and the order, and from there to
    *Finish*; when one of them takes its change back, the marks go."""
    first = Speaking(desk, page, "dark-map", [waits_for("one"), result()], title="Dark map", branch="ann/dark-map")
    second = Speaking(desk, page, "login", [waits_for("one"), result()], title="Login", branch="ann/login",
                      project=first.project)
    # The first checkpoint of each is made before its agent has the prompt.
    until("the prompts", lambda: len(first.prompts()) == len(second.prompts()) == 1, PATIENCE)
    write(first.worktree() / "README.md", ["# A dark project"])
    write(second.worktree() / "README.md", ["# A project with a login"])
    for story in (first, second):
        story.give("one", "").becomes("done")
    chord(page, CONTROL, "1")
    until("both marks", lambda: marks(page) == ["same lines as Dark map", "same lines as Login"], PATIENCE)
    page.click_css(".collides")
    page.see("1 pair of stories conflicts.")
    page.key("x")
    page.see(">>>>>>> ")
    pictures.take(page, "forecast")
    assert ["# A dark project", "# A project with a login"] == sorted(
        line for line in page.js("return document.querySelector('main pre').textContent").splitlines()
        if line.startswith("#"))
    until("the order", lambda: order(page)[1].startswith("conflicts with "))
    page.key("f")
    page.see("Once this is merged")
    first.open()
    until("what it was told", lambda: page.text().count("Changes the same lines as “Login”: README.md") == 1)
    begins_a_turn(second)
    write(second.worktree() / "README.md", ["# A small project"])
    write(second.worktree() / "login.md", ["Who are you?"])
    second.give("two", "").becomes("done")
    chord(page, CONTROL, "1")
    until("no mark", lambda: marks(page) == [], PATIENCE)


def marks(page):
    """What the rows of the board say of other stories."""
    return sorted(page.js("return [...document.querySelectorAll('.collides')].map((it) => it.textContent.trim())"))


def order(page):
    """What each step of the order of merging meets."""
    return page.js("""
        return [...document.querySelectorAll('main ol li')].map((it) => it.querySelector('.small:not(code)').textContent);
    """)
