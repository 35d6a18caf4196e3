"""The desktop of the suite: window manager, notifications, tray, WebDriver, and separate folders.

Everything is started here, and ended by process id. Nothing of the user who runs the suite is
read or written: home, configuration and data are folders within the given one.
"""

import json
import os
import pathlib
import queue
import signal
import socket
import subprocess
import sys
import threading
import time

import dbus
import driver as webdriver
from driver import until

HERE = pathlib.Path(__file__).parent
PYTHON = sys.executable
NOTIFICATIONS = "org.freedesktop.Notifications"
NOTIFICATIONS_PATH = "/org/freedesktop/Notifications"


class Desk:
    """A separate desktop, used as a context manager."""

    def __init__(self, folder, programs):
        self.folder = pathlib.Path(folder)
        self.programs = pathlib.Path(programs)
        self.data = self.folder / "data"
        self.started = []
        self.page = None
        self.env = self.environment()

    def environment(self):
        """The minimal environment of a desktop; a variable allows WebDriver to control WebKit."""
        home = self.folder / "home"
        env = {name: value for name, value in os.environ.items()
               if name in ("DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "PATH", "LANG")}
        for name, place in [("HOME", home), ("XDG_CONFIG_HOME", home / ".config"),
                            ("XDG_DATA_HOME", home / ".local/share"),
                            ("XDG_CACHE_HOME", home / ".cache"),
                            ("XDG_RUNTIME_DIR", self.folder / "runtime")]:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            env[name] = str(place)
        env.update(
            GDK_BACKEND="x11", LIBGL_ALWAYS_SOFTWARE="1", NO_AT_BRIDGE="1", SHELL="/bin/bash",
            TAURI_WEBVIEW_AUTOMATION="true", WEBKIT_DISABLE_DMABUF_RENDERER="1",
            MUSHER_DATA_DIR=str(self.data), MUSHER_DEMO_HOME=str(self.folder / "demo"),
            MUSHER_DEMO_SPEED=os.environ.get("MUSHER_DEMO_SPEED", "12"), MUSHER_LOG="info")
        return env

    def __enter__(self):
        try:
            self.tray = Tray(self)
            self.start("notifications", PYTHON, "-m", "dbusmock", "--template",
                       "notification_daemon")
            self.start("openbox", "openbox", "--sm-disable")
            self.bus = dbus.SessionBus()
            until("the notification daemon", lambda: self.bus.name_has_owner(NOTIFICATIONS))
            port = free_port()
            self.start("driver", "WebKitWebDriver", f"--port={port}")
            self.driver = webdriver.Driver(port)
            until("the WebDriver", self.driver.is_ready)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self.data.exists():
                # Agents would outlive the other processes.
                self.mush("stop", "--all", check=False)
                self.end_server()
        finally:
            for process in reversed(self.started):
                end(process)

    def end_server(self):
        """Ends the `mush serve` that a command left to look after agents, once these have ended."""
        until("the agents to end", lambda: all(run["outcome"] for run in self.mush("runs")))
        self.mush("serve", "--end")
        until("the server to end", lambda: not self.serves())

    def serves(self):
        """Whether a `mush serve` runs for this data directory."""
        for words in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = words.read_bytes().split(b"\0")
            except OSError:
                continue  # It ended meanwhile.
            if b"serve" in line and str(self.data).encode() in line:
                return True
        return False

    def start(self, name, *words, **options):
        """Starts a program whose output goes to the log file of this name."""
        log = open(self.folder / f"{name}.log", "ab")
        options = {"stdout": log, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL,
                   "env": self.env, "cwd": self.folder, **options}
        process = subprocess.Popen([str(word) for word in words], **options)
        log.close()
        self.started.append(process)
        return process

    def open_window(self, *arguments):
        """Opens the window. Returns its page."""
        self.page = self.driver.open(self.programs / "musher", arguments)
        return self.page

    def mush(self, *words, check=True):
        """The JSON lines that a `mush` command prints."""
        command = [str(self.programs / "mush"), "--json", *[str(word) for word in words]]
        done = subprocess.run(command, env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def owner(self):
        """The owner of the data directory, as named in its lock file."""
        lock = self.data / "owner.lock"
        text = lock.read_text() if lock.exists() else ""
        return json.loads(text or "{}")

    def close_window(self):
        """Closes the window with the window manager's key."""
        self.xdotool("windowactivate", "--sync", self.window_of("Musher"), "key", "alt+F4")

    def notifications(self):
        """The notifications shown so far, oldest first."""
        daemon = self.bus.get_object(NOTIFICATIONS, NOTIFICATIONS_PATH)
        calls = daemon.GetMethodCalls("Notify", dbus_interface="org.freedesktop.DBus.Mock")
        keys = ("program", "replaces", "icon", "title", "body", "actions", "hints", "timeout")
        return [dict(zip(keys, arguments)) for _time, arguments in calls]

    def notified(self, text, patience=webdriver.PATIENCE):
        """Waits for a notification with this text in its title or body. Returns its number and the
        notification."""
        def look():
            newest = 0
            for shown in self.notifications():
                # A notification that replaces another keeps the number; new ones are counted.
                newest += shown["replaces"] == 0
                if text in f"{shown['title']}\n{shown['body']}":
                    return shown["replaces"] or newest, shown
            return None
        return until(f"a notification with {text!r}", look, patience)

    def click_notification(self, number):
        """Reports a click on the notification with this number."""
        daemon = self.bus.get_object(NOTIFICATIONS, NOTIFICATIONS_PATH)
        arguments = dbus.Array([dbus.UInt32(number), dbus.String("default")], signature="v")
        daemon.EmitSignal(NOTIFICATIONS, "ActionInvoked", "us", arguments,
                          dbus_interface="org.freedesktop.DBus.Mock")

    def xdotool(self, *words):
        return subprocess.run(["xdotool", *[str(word) for word in words]], env=self.env, check=True,
                              capture_output=True, text=True, timeout=20).stdout

    def window_of(self, title):
        """Waits for the X window with this title, or whose title ends with it."""
        def look():
            name = f"(^| · ){title}$"
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", name],
                                   env=self.env, capture_output=True, text=True, timeout=20)
            return found.stdout.split()
        return until(f"a window {title!r}", look)[-1]

    def title(self):
        """The title of Musher's window, as the window manager shows it."""
        return self.xdotool("getwindowname", self.window_of("Musher")).strip()

    def drag(self, paths, page):
        """Drags folders from another window onto Musher's, checking the effect of each step."""
        source = self.start("drag", PYTHON, HERE / "drag_source.py", *paths)
        page.listen("dragging")
        try:
            ours, theirs = self.window_of("Musher"), self.window_of("Drag source")
            self.xdotool("windowmove", ours, 0, 0)
            self.xdotool("windowmove", theirs, 1090, 640, "windowraise", theirs)
            until("the drag source on its place", lambda: self.at(theirs)[0] > 1000)
            x, y = self.at(theirs)
            self.xdotool("mousemove", x + 60, y + 40, "mousedown", 1)
            log = self.folder / "drag.log"
            until("the drag to begin", lambda: self.wiggle() or b"begun" in log.read_bytes())
            self.xdotool("mousemove", 800, 400, "mousemove", 600, 400)
            until("the page to see it", lambda: self.wiggle() or page.heard("dragging"))
            self.xdotool("mouseup", 1)
        finally:
            self.xdotool("mouseup", 1)
            end(source)

    def wiggle(self):
        """Moves the pointer back and forth, like a person."""
        for by in (-24, 24):
            self.xdotool("mousemove_relative", "--", by, by, "sleep", 0.03)

    def at(self, window):
        place = self.xdotool("getwindowgeometry", "--shell", window)
        pairs = dict(line.split("=") for line in place.split())
        return int(pairs["X"]), int(pairs["Y"])

    def clipboard(self):
        got = subprocess.run(["xclip", "-selection", "clipboard", "-o"], env=self.env,
                             capture_output=True, text=True, timeout=10)
        return got.stdout


class Tray:
    """The tray, as a separate process that is controlled by lines."""

    def __init__(self, desk):
        self.process = desk.start("tray", PYTHON, HERE / "tray_watcher.py",
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.said = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        self.has_item = False
        self.hear("owned")

    def listen(self):
        for line in self.process.stdout:
            self.said.put(json.loads(line))

    def hear(self, word):
        """Waits for the next JSON line with this key."""
        deadline = time.monotonic() + webdriver.PATIENCE
        while time.monotonic() < deadline:
            try:
                fact = self.said.get(timeout=0.2)
            except queue.Empty:
                continue
            self.has_item |= "item" in fact
            if word in fact:
                return fact
        raise webdriver.NotSeen(f"the tray never said {word}")

    def ask(self, word, answer):
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.hear(answer)


def free_port():
    """A free port, so that several runs of the suite do not conflict."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end(process):
    """Ends a process that was started here: first with a request, then by force."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
