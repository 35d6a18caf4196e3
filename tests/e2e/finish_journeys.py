"""A journey through finishing a story by keys: commit, merge, undo, archive, and the worktree that goes and comes back."""

from changes_journeys import write
from driver import until
from fake_agents import PATIENCE, Speaking, result, text, waits_for
from keys import CONTROL, ENTER, chord
from repository import git
from review_journeys import press_chord


def finishes_by_keys(desk, page, pictures):
    """What the agent did is committed and merged as one commit into the base that is checked out elsewhere; that is
    undone and done again, the story is archived, its worktree removed and brought back with what was not committed."""
    story = Speaking(desk, page, "finish", [text("I closed the shop."), waits_for("one"), result()],
                     title="The shop closes early", branch="ann/close-the-shop")
    until("the prompt", lambda: len(story.prompts()) == 1, PATIENCE)
    for name, value in (("user.name", "Ann"), ("user.email", "ann@localhost")):
        git(story.project, desk.env, "config", name, value)
    work = story.worktree()
    write(work / "shop.txt", ["closed"])
    story.give("one", "").becomes("done")
    story.open()
    page.key("f")
    until("the message", lambda: page.js("return document.activeElement?.matches('.panel textarea')"))
    chord(page, CONTROL, ENTER)
    page.see("Everything is committed", 30)
    page.js("document.activeElement?.blur()")
    choose_one_commit(page)
    press_chord(page, "g")
    until("the base", lambda: (story.project / "shop.txt").exists(), 30)
    page.see("Merged as one commit", 30)
    pictures.take(page, "finish")
    press_chord(page, "z")
    until("the base as it was", lambda: not (story.project / "shop.txt").exists(), 30)
    page.see("Undone: main is", 30)
    choose_one_commit(page)
    press_chord(page, "g")
    until("the base again", lambda: (story.project / "shop.txt").exists(), 30)
    page.see("Merged as one commit", 30)
    write(work / "later.txt", ["not committed"])
    push(page, "Archive")
    story.becomes("archived")
    page.see("What would go with it?")
    push(page, "What would go with it?")
    page.see("1 file or folder is new", 30)
    pictures.take(page, "worktree")
    push(page, "Remove the worktree")
    until("that it is gone", lambda: not work.exists(), 30)
    page.see("Its worktree was removed", 30)
    push(page, "Bring it back")
    until("what was not committed", lambda: (work / "later.txt").exists(), 30)
    branch = git(work, desk.env, "symbolic-ref", "HEAD").strip()
    assert branch == "refs/heads/ann/close-the-shop", branch
    page.see("Worktree brought back", 30)


def choose_one_commit(page):
    """Chooses by keys that the merge is one commit."""
    page.js("document.querySelector('.panel [role=radio][aria-checked=true], .panel [role=radio]').focus()")
    chosen = "return document.activeElement?.textContent.trim()"
    until("the way", lambda: page.js(chosen) == "One commit" or page.key("\ue014"))


def push(page, name):
    """Presses a button by Enter, as from the keyboard."""
    found = """
        const button = [...document.querySelectorAll('.panel button')].find((each) =>
            each.textContent.trim().startsWith(arguments[0]) && !each.disabled);
        button?.scrollIntoView({ block: 'center' });
        button?.focus();
        return button !== undefined && document.activeElement === button;
    """
    until(f"the button {name}", lambda: page.js(found, name), 30)
    page.key(ENTER)
