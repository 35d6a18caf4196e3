"""Journeys through what changed in a story's files: by keys from change to change and from file to file, side by
side, with words to find, with what is collapsed opened, and since the person looked."""

from driver import until
from fake_agents import PATIENCE, Speaking, result, text, waits_for
from keys import ENTER, ESCAPE, chord

SHIFT = "\ue008"
SCOPE = "select[aria-label='Which changes']"

#: A file that is longer than what stands around a change.
LONG = [f"rule {number} = allow" for number in range(1, 121)]


def shows_what_a_turn_changed(desk, page, pictures):
    """A key shows the files of the story, others walk them; side by side, words are found in all of them, and what is
    collapsed opens."""
    story = Speaking(desk, page, "rules", [text("The first turn."), waits_for("one"), result()])
    project = story.project
    until("the prompt", lambda: len(story.prompts()) == 1, PATIENCE)
    (project / "src").mkdir()
    write(project / "src" / "rules.txt", LONG)
    write(project / "new file.md", ["# New", "A line."])
    story.give("one", "").becomes("done")
    begins_a_turn(story)
    changed = list(LONG)
    changed[59] = "rule 60 = deny"
    write(project / "src" / "rules.txt", changed)
    write(project / "src" / "more.txt", ["one more"])
    story.give("two", "").becomes("done")
    story.open()
    page.key("d")
    until("the files", lambda: files(page) == ["src/more.txt", "src/rules.txt", "new file.md"])
    choose(page, "turn")
    until("the files of the turn", lambda: files(page) == ["src/more.txt", "src/rules.txt"])
    until("their lines", lambda: {"one more", "rule 60 = deny"} <= set(lines(page)))
    page.key("j")
    comes_to(page, ["one more"])
    page.key("j")
    comes_to(page, ["rule 60 = allow", "rule 60 = deny"])
    chord(page, SHIFT, "k")
    until("the file before", lambda: page.js("return document.querySelector('.head.here h2')?.textContent")
          == "src/more.txt")
    page.key("j", "j")
    comes_to(page, ["rule 60 = allow", "rule 60 = deny"])
    pictures.take(page, "changes")
    page.key("x")
    until("the lines around it", lambda: "rule 50 = allow" in lines(page) and "rule 70 = allow" in lines(page))
    page.key("v")
    until("both sides", lambda: page.find(".pair .del") and page.find(".pair .add"))
    pictures.take(page, "changes-side-by-side")
    page.key("v")
    until("one column", lambda: not page.find(".pair"))
    page.key("/")
    until("the field", lambda: page.js("return document.activeElement?.matches('.find input')"))
    page.key(*"one more", ENTER)
    until("the place", lambda: page.js("return document.querySelector('.find .found')?.innerText")
          == "1 of 1 · 2 files searched")
    page.key(ESCAPE)
    page.key("d")
    until("the timeline", lambda: page.find("[role=feed]"))


def says_what_is_new_since_a_person_looked(desk, page):
    """What a person looked at is not new to them, what changes after that is."""
    story = Speaking(desk, page, "looked", [waits_for("one"), result()])
    # The first checkpoint is made before its agent has the prompt.
    until("the prompt", lambda: len(story.prompts()) == 1, PATIENCE)
    write(story.project / "first.txt", ["first"])
    story.give("one", "").becomes("done")
    story.open()
    page.key("d")
    choose(page, "looked")
    until("the file", lambda: files(page) == ["first.txt"])
    page.click("I have looked")
    page.see("Nothing has changed since you looked.")
    begins_a_turn(story)
    write(story.project / "second.txt", ["second"])
    story.give("two", "").becomes("done")
    page.key("d")
    page.key("d")
    until("the newer file", lambda: files(page) == ["second.txt"], 30)


def begins_a_turn(story):
    """Sends a prompt, and waits until its agent has it: what is written from then on is of its turn."""
    story.says_from_now_on([text("The second turn."), waits_for("two"), result()])
    story.desk.mush("send", story.story, "Go on")
    until("the prompt", lambda: len(story.prompts()) == 2, PATIENCE)


def write(path, texts):
    """Writes lines into a file."""
    path.write_text("".join(f"{line}\n" for line in texts), encoding="utf-8")


def choose(page, scope):
    """Chooses which changes are shown."""
    page.element(SCOPE)
    page.js("""
        const choice = document.querySelector(arguments[0]);
        choice.value = arguments[1];
        choice.dispatchEvent(new Event('change', { bubbles: true }));
    """, SCOPE, scope)


def files(page):
    """The paths of the listed files."""
    return page.js("""
        return [...document.querySelectorAll('[role=treeitem]:not([aria-expanded])')].map((each) => each.title);
    """)


def lines(page):
    """The texts of the lines in sight."""
    return page.js("return [...document.querySelectorAll('.lines .text')].map((each) => each.textContent)")


def comes_to(page, wanted):
    """The keys are at a change with these lines."""
    look = "return [...document.querySelectorAll('.lines .line.here .text')].map((each) => each.textContent)"
    until(f"the change {wanted}", lambda: page.js(look) == wanted)
