"""A journey through a review: comments by keys, their round as the next prompt, and which of them the agent addressed."""

from changes_journeys import LONG, SHIFT, begins_a_turn, choose, files, write
from driver import until
from fake_agents import PATIENCE, Speaking, result, text, waits_for
from keys import CONTROL, DOWN, ENTER, chord

FIELD = "textarea[aria-label^='Comment on']"


def goes_from_comments_to_what_the_agent_changed(desk, page, pictures):
    """Two comments are written by keys and sent; the agent changes the lines of one; since the person looked there is
    that change alone."""
    story = Speaking(desk, page, "review", [text("The first turn."), waits_for("one"), result()])
    project = story.project
    until("the prompt", lambda: len(story.prompts()) == 1, PATIENCE)
    write(project / "rules.txt", LONG)
    story.give("one", "").becomes("done")
    story.says_from_now_on([text("I changed rule 2."), waits_for("two"), result()])
    story.open()
    page.key("d")
    until("the file", lambda: files(page) == ["rules.txt"])
    until("its lines", lambda: page.find(".lines .line.add"))
    page.key(DOWN)
    chord(page, SHIFT, DOWN)
    says(page, "Deny these two")
    says_stands(page, ["Not sent"])
    page.key(DOWN, DOWN, DOWN)
    says(page, "Why is this allowed?")
    says_stands(page, ["Not sent", "Not sent"])
    pictures.take(page, "review")
    page.key("l")
    until("the list", lambda: page.find("[aria-label='All comments'] [data-comment]"))
    page.key("l")
    page.js("document.activeElement?.blur()")
    press_chord(page, "s")
    until("the round", lambda: len(story.prompts()) == 2, PATIENCE)
    prompt = story.prompts()[1]
    for part in ("I reviewed your changes and have 2 comments.", "rules.txt, lines 1 to 2:",
                 "rule 1 = allow\nrule 2 = allow", "Deny these two", "Why is this allowed?"):
        assert part in prompt, prompt
    changed = list(LONG)
    changed[1] = "rule 2 = deny"
    write(project / "rules.txt", changed)
    story.give("two", "").becomes("done")
    says_stands(page, ["Changed since sent", "Sent"], 30)
    choose(page, "looked")
    until("what is new", lambda: page.js("return document.querySelector('.sum')?.textContent.includes('+1')"), 30)
    press_chord(page, "e")
    until("the reviewed file", lambda: "1 of 1 reviewed" in page.text())


def says(page, words):
    """Writes a comment on what the keys are at, and saves it."""
    page.key("c")
    until("the field", lambda: page.js("return document.activeElement?.matches(arguments[0])", FIELD))
    page.key(*words)
    chord(page, CONTROL, ENTER)
    until("the comment", lambda: not page.find(FIELD))
    until("the keys of the view", lambda: "Comment on these lines" in page.text())


def says_stands(page, states, patience=10):
    """The comments among the lines stand like this, in their order."""
    look = "return [...document.querySelectorAll('.lines [data-comment] b')].map((each) => each.textContent)"
    until(f"the comments {states}", lambda: page.js(look) == states, patience)


def press_chord(page, letter):
    """Ctrl Shift with a letter."""
    keys = [CONTROL, SHIFT, letter]
    presses = [{"type": "keyDown", "value": key} for key in keys]
    presses += [{"type": "keyUp", "value": key} for key in reversed(keys)]
    page.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": presses}]})
