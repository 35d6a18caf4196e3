"""Journeys of prompts that wait for a busy agent: they are changed and taken back until the agent has them, nothing
that was typed is lost, and the timeline stays at its end."""

from driver import until
from fake_agents import Speaking, result, text, waits_for
from keys import CONTROL, ENTER, ESCAPE, chord
from view_journeys import WORDS

#: More steps than a window shows.
MANY = [text(f"This is step {number} of many.\n\nIt has two paragraphs.") for number in range(30)]


def changes_and_takes_back_what_waits(desk, page, pictures):
    """Of two prompts one is changed and one is taken back: the agent gets what was left. Esc closes the field of a
    change and keeps its words."""
    story = busy(desk, page, "what-waits")
    queue(page, "drop the table")
    queue(page, "and the index")
    page.click("Edit")
    until("the field", lambda: page.js("return document.activeElement?.matches('.waiting textarea')"))
    chord(page, CONTROL, "a")
    page.key(*"keep the tab")
    page.key(ESCAPE)
    page.see("Your change is not saved")
    pictures.take(page, "prompts-waiting")
    assert waiting(page) == ["drop the table", "and the index"], waiting(page)
    page.click("Go on editing")
    until("the field", lambda: page.js("return document.activeElement?.matches('.waiting textarea')"))
    page.key(*"le")
    chord(page, CONTROL, ENTER)
    until("the change", lambda: waiting(page) == ["keep the table", "and the index"])
    page.js("[...document.querySelectorAll('.waiting li')].at(-1).querySelector('.acts button:last-child').click()")
    until("the other to go", lambda: waiting(page) == ["keep the table"])
    stays_at_its_end(page)
    go_on(story)
    until("the prompt", lambda: story.prompts()[1:] == ["keep the table"], 30)
    story.becomes("done")
    assert story.prompts()[1:] == ["keep the table"], story.prompts()


def stays_at_the_end_of_a_stopped_story(desk, page):
    """Stop ends a busy agent whose prompts wait: its end stays in sight."""
    story = busy(desk, page, "stopped-at-its-end")
    queue(page, "And then this")
    stays_at_its_end(page)
    page.click("Stop")
    page.click("Stop, press again")
    story.becomes("stopped")
    page.see("waits until you resume the story")
    stays_at_its_end(page)
    page.click("Take back")
    until("the prompt to go", lambda: waiting(page) == [])
    stays_at_its_end(page)


def busy(desk, page, name):
    """An open story whose agent printed much and works on."""
    story = Speaking(desk, page, name, [*MANY, waits_for("go"), result()], [text("Done."), result()])
    story.open()
    page.see("This is step 29 of many.", 30)
    return story


def go_on(story):
    (story.folder / "go").touch()


def queue(page, words):
    """Sends a prompt to a busy agent."""
    page.type_into(WORDS, words)
    chord(page, CONTROL, ENTER)
    until(f"{words!r} to wait", lambda: words in waiting(page))


def waiting(page):
    """The prompts that wait, as they are shown."""
    return page.js("return [...document.querySelectorAll('.waiting p')].map((each) => each.innerText.trim())")


def stays_at_its_end(page):
    """The last row of the timeline is in sight, at the lower edge, also after the next frames."""
    script = """
        const list = document.querySelector('[role=feed]');
        const last = [...list.querySelectorAll('[data-index]')].at(-1);
        const isLast = Number(last.dataset.index) + 1 === Number(last.getAttribute('aria-setsize'));
        const left = last.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
        return [isLast, Math.round(left), list.scrollHeight - list.scrollTop - list.clientHeight];
    """
    is_there = lambda: page.js(script)[0] and all(abs(each) <= 2 for each in page.js(script)[1:])
    try:
        until("the end of the timeline", is_there)
        drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))"
        page.ask("POST", "/execute/async", {"script": drawn, "args": []})
        assert is_there()
    except AssertionError as error:
        raise AssertionError(f"{error}: {page.js(script)}") from None
