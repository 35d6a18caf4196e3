"""A journey to more space: the logs of a story are deleted, and the story stays."""

from fake_agents import Speaking, command, result, text
from keys import ESCAPE, follow

PROMPT = "Fix the parcels for good"
WORDS = "I looked at every parcel."
PRINTED = "parcel 17 is late"


def frees_the_space_of_a_story(desk, page):
    """What goes and what stays is said before; then the story stands as it stood, without what its agent printed."""
    story = Speaking(desk, page, "freed", [text(WORDS), command("ls parcels", PRINTED), result()], prompt=PROMPT)
    story.becomes("done").open()
    page.see(WORDS)
    before = story.facts()
    [run] = [run for run in desk.mush("runs") if run["story"] == story.story]
    logs = desk.data / "runs" / run["id"]

    follow(page, "Delete the logs")
    page.see("Nothing brings them back.")
    page.see("The story stays, with its prompts")
    page.key(ESCAPE)
    page.see_not("Nothing brings them back.")
    assert (logs / "output.log").exists()

    follow(page, "Delete the logs")
    page.see("Nothing brings them back.")
    page.click("Delete", css="[role=dialog] button")
    page.see("Logs deleted")
    page.see("deleted on")
    page.see_not(WORDS)
    shown = page.text()
    assert PROMPT in shown and PRINTED not in shown, shown

    after = story.facts()
    assert after.pop("logs_deleted")["bytes"] > 0, after
    assert after == before, (after, before)
    assert not list(logs.glob("*.log")), list(logs.iterdir())
    assert desk.mush("verify")[-1]["differences"] == 0
