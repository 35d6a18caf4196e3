"""Journeys about the window itself: what it keeps, takes over and refuses."""

import json
import os
import re
import signal
import subprocess
import time
import uuid

import repository
from driver import until

BOARD = {"epoch": 0, "topics": [{"since": 0, "topic": {"name": name}}
                                for name in ("stories", "questions", "limits", "agents")]}


def batch(page):
    """Everything that the board shows, by topic, as the page pulls it."""
    topics = page.invoke("pull", {"request": BOARD})["value"]["topics"]
    return {topic["name"]: topic for topic in topics}


def views(page):
    return {view["story"]["slug"]: view for view in batch(page)["stories"]["stories"]}


def facts(page):
    """The values that must be the same before and after a crash."""
    return {slug: [view["story"][key] for key in ("id", "state", "reason", "tokens", "cost_micros",
                                                  "cost_basis", "runs")]
            for slug, view in views(page).items()}


def journal(desk):
    """Every entry of the journal."""
    segments = sorted((desk.data / "journal").glob("*.jsonl"), key=lambda path: int(path.stem))
    return [json.loads(line) for path in segments for line in path.read_text().splitlines()]


def state(page, slug):
    view = views(page).get(slug)
    return view and view["story"]["state"]


def start(page, folder, title, prompt):
    """Starts a story of the demo agent. Returns its id."""
    story = str(uuid.uuid4())
    request = {"op": "start", "id": story, "agent": "demo", "dir": str(folder), "prompt": prompt,
               "title": title}
    answer = page.invoke("ask", {"request": request})
    assert answer.get("value", {}).get("reply") == "started", answer
    return story


def takes_over_from_mush(desk):
    """A running `mush run` gives the directory to the window; nothing is lost, and it keeps
    following."""
    project = repository.make(desk.folder / "at-work", desk.env)
    running = subprocess.Popen(
        [str(desk.programs / "mush"), "--json", "run", "--agent", "demo", "--dir", str(project),
         "--prompt", "[[demo:slow n=30 ms=100]]", "--title", "At work in a terminal"],
        env=desk.env, stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
        stderr=open(desk.folder / "mush-run.log", "w"))
    desk.started.append(running)
    # Earlier, the `mush` command that asks might become the owner itself.
    until("mush to own the directory", lambda: desk.owner().get("role") == "mush run")
    until("mush to work", lambda: any(run["state"] == "running" for run in desk.mush("runs")))
    page = desk.open_window()
    assert state(page, "at-work-in-a-terminal") == "running", views(page)
    assert desk.owner()["role"] == "app", desk.owner()
    printed = [json.loads(line) for line in running.communicate(timeout=60)[0].splitlines()]
    assert running.returncode == 0, running.returncode
    until("the story to be done", lambda: state(page, "at-work-in-a-terminal") == "done")
    run = desk.mush("runs")[-1]
    of_run = [event for event in printed if event["source"] == "run"]
    assert [event["seq"] for event in of_run] == list(range(1, run["events"] + 1)), of_run[-1]
    text = next(event["event"]["text"] for event in of_run if event["event"]["type"] == "text")
    assert text.split() == [f"word{word}" for word in range(30)], text
    words = [entry["event"]["type"] for entry in journal(desk) if entry.get("run") == run["id"]]
    assert words.count("run_started") == 1 and "run_adopted" in words, words
    return page


def survives_kill(desk, page):
    """After kill -9 of the window during a run, the next window shows the same and continues."""
    project = repository.make(desk.folder / "killed", desk.env)
    story = start(page, project, "Outlives it", "[[demo:slow n=40 ms=100]]")
    until("the agent to work", lambda: state(page, "outlives-it") == "running")
    before = facts(page)
    page.leave(lambda: os.kill(desk.owner()["pid"], signal.SIGKILL))
    page = desk.open_window()
    after = facts(page)
    moved = {slug for slug in before if before[slug] != after[slug]}
    assert moved <= {"outlives-it"} and set(before) == set(after), (before, after)
    assert after["outlives-it"][0] == story and len(after["outlives-it"][-1]) == 1, after
    until("the story to be done", lambda: state(page, "outlives-it") == "done")
    text = [event["event"]["text"] for event in desk.mush("events", "outlives-it.1")
            if event["event"]["type"] == "text"]
    assert text[0].split() == [f"word{word}" for word in range(40)], text
    return page


def says_farewell(desk, page):
    """When the window is closed agents continue, and the journal records it."""
    project = repository.make(desk.folder / "left", desk.env)
    start(page, project, "Left alone", "[[demo:slow n=25 ms=100]]")
    until("the agent to work", lambda: state(page, "left-alone") == "running")
    page.leave(desk.close_window)
    ended = journal(desk)[-1]["event"]
    assert ended["type"] == "owner_ended" and "one agent goes on" in ended["why"], ended
    page = desk.open_window()
    until("the story to be done", lambda: state(page, "left-alone") == "done")
    proof = desk.mush("verify")
    assert proof, proof
    return page


def stays_where_it_is(desk, page):
    """The page cannot navigate elsewhere, open windows, or run foreign scripts."""
    here = page.js("return location.href")
    page.js("""
        location.href = 'https://example.org/';
        const link = document.createElement('a');
        link.href = 'https://example.org/'; link.target = '_blank';
        document.body.append(link); link.click(); link.remove();
        const form = document.createElement('form');
        form.action = 'https://example.org/'; document.body.append(form); form.submit(); form.remove();
    """)
    assert page.js("return window.open('https://example.org/')") is None
    assert page.js("return location.href") == here
    assert page.js("""
        const script = document.createElement('script');
        script.textContent = 'window.planted = 1'; document.body.append(script); script.remove();
        return window.planted ?? null;
    """) is None
    fetched = """
        const done = arguments[0];
        fetch('https://example.org/').then(() => done('reached'), () => done('refused'));
    """
    body = {"script": fetched, "args": []}
    assert page.ask("POST", "/execute/async", body) == "refused"
    for command in ("plugin:opener|open_url", "plugin:dialog|open", "plugin:store|load",
                    "plugin:clipboard-manager|read_text", "plugin:event|emit",
                    "plugin:window|close", "plugin:webview|create_webview_window"):
        answer = page.invoke(command)
        assert "not allowed" in str(answer.get("fault")), (command, answer)
    for url in ("file:///etc/passwd", "http://localhost/", "https://ann:x@example.org/"):
        assert page.invoke("open_link", {"url": url})["fault"]["code"] == "bad_input", url


def is_in_the_tray(desk, page):
    """The tray shows the state of the stories, and a click restores the window."""
    desk.tray.hear("item")
    desk.xdotool("windowminimize", "--sync", desk.window_of("Musher"))
    until("the window to go", lambda: page.js("return document.visibilityState") == "hidden")
    desk.tray.ask("click", "clicked")
    until("the window to come back", lambda: page.js("return document.visibilityState") == "visible")
    seen = desk.tray.ask("look", "tip")
    assert seen["title"] == "Musher" and seen["pixels"] > 0, seen


def keeps_its_title_true_while_hidden(desk, page):
    """The title of a hidden window, whose page gets no updates, says what needs a person, and is
    reset afterwards."""
    project = repository.make(desk.folder / "unseen", desk.env)
    ours = desk.window_of("Musher")
    desk.xdotool("windowminimize", "--sync", ours)
    until("the window to go", lambda: page.js("return document.visibilityState") == "hidden")

    def title():
        return desk.xdotool("getwindowname", ours).strip()
    until("the title to say that nothing needs a person", lambda: "need" not in title())
    start(page, project, "Unseen", "[[demo:ask]]")
    until("the title to say that a story needs a person", lambda: title() == "1 needs you · Musher")
    desk.mush("stop", "unseen")
    until("the title to forget it", lambda: "need" not in title())
    desk.tray.ask("click", "clicked")
    until("the window to come back", lambda: page.js("return document.visibilityState") == "visible")
    until("the page to say the same", lambda: page.js("return document.title") == title())


def counts_down_in_its_title(desk, page):
    """The title of the window, not only of the page, counts down to a limit's reset, and is reset
    afterwards."""
    project = repository.make(desk.folder / "limited", desk.env)
    start(page, project, "Limited", "[[demo:limit_reject until=3000]]")
    until("the story to be limited", lambda: state(page, "limited") == "limited")
    counts = re.compile(r"Demo agent limited (\d\d):(\d\d) · Musher$")

    def left():
        found = counts.search(desk.title())
        return found and int(found[1]) * 60 + int(found[2])
    first = until("the countdown in the title", left)
    assert first <= 3000, first
    until("the countdown to move", lambda: (left() or first) < first)
    # Both are read until no second passes in between.
    until("the page to say the same", lambda: page.js("return document.title") == desk.title())
    desk.mush("stop", "limited")
    until("the limit to leave the title", lambda: "limited" not in desk.title())


def grows_by_keys(desk, page):
    """Ctrl and plus enlarges everything, Ctrl and minus reverts it."""
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"))
    width = page.js("return innerWidth")
    desk.xdotool("key", "ctrl+equal")
    until("the page to grow", lambda: page.js("return innerWidth") < width)
    desk.xdotool("key", "ctrl+minus")
    until("the page to shrink again", lambda: page.js("return innerWidth") == width)


def starts_once(desk, page):
    """A second start passes its folder to the open window and ends."""
    page.listen("folders")
    began = time.monotonic()
    second = subprocess.run([str(desk.programs / "musher"), "at-work"], env=desk.env,
                            cwd=desk.folder, stdin=subprocess.DEVNULL, timeout=20)
    assert second.returncode == 0 and time.monotonic() - began < 10
    handed = until("the folder", lambda: page.heard("folders"))
    assert handed == [{"paths": [str(desk.folder / "at-work")]}], handed


def wants(page, kind, wanted):
    """Sets whether a kind of notification is wanted."""
    change = {"set": "notify", "to": {"kind": kind, "wanted": wanted}}
    answer = page.invoke("change_setting", {"change": change})
    assert answer["value"]["settings"]["notify"][kind] is wanted, answer


def tells_what_is_wanted(desk, page):
    """There are no notifications of a kind that is off, nor of the story on screen."""
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"))
    project = repository.make(desk.folder / "quiet", desk.env)
    wants(page, "finished", False)
    start(page, project, "Not wanted", "[[demo:plain]]")
    until("the story to be done", lambda: state(page, "not-wanted") == "done")
    wants(page, "finished", True)
    looked_at = start(page, project, "Looked at", "[[demo:slow n=5 ms=100]]")
    page.invoke("shown", {"story": looked_at})
    until("the story to be done", lambda: state(page, "looked-at") == "done")
    page.invoke("shown", {"story": None})
    start(page, project, "Wanted", "[[demo:plain]]")
    # Notifications come in order, so the two before would have arrived by now.
    desk.notified("Done: Wanted")
    titles = [shown["title"] for shown in desk.notifications()]
    assert "Done: Not wanted" not in titles and "Done: Looked at" not in titles, titles
