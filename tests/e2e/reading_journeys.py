"""Journeys of reading: what an agent says and what its commands print stands in the timeline as its writer meant
it, in any script, without signs for machines, and of what is long nothing vanishes without a word."""

from driver import NotSeen, until
from fake_agents import Speaking, command, part, result, text, told, waits_for
from keys import CONTROL, chord, clear
from view_journeys import FILTER

#: A title and words that fall apart, or are other words, without the characters that join what is around them.
TITLE = "👩‍💻 fix"
PERSIAN = "می‌خواهم کتاب‌ها را بخوانم"
JOINED = (PERSIAN, "क्‍ष and क्‌ष", "❤︎", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "葛󠄀", "👩‍💻")

#: The rows of a table that is far longer than a window.
ROWS = 5_000


def feed(page):
    """All that the timeline shows."""
    return page.js("return document.querySelector('[role=feed]')?.innerText ?? ''")


def shows(page, *wanted):
    """Waits until the timeline shows all of this; gives what it shows."""
    try:
        return until(f"{wanted} in the timeline", lambda: all(each in feed(page) for each in wanted) and feed(page))
    except NotSeen as error:
        raise NotSeen(f"{error}; it shows:\n{feed(page)}") from None


def has_none(shown, *signs):
    """None of these is in what is shown."""
    left = [sign for sign in signs if sign in shown]
    assert not left, (left, shown)


def keeps_joiners_in_words(desk, page):
    """What joins characters stays in title, prompt, timeline, board and notification; in a command it is named."""
    said = "\n\n".join(JOINED)
    story = Speaking(desk, page, "joiners", [text(said), command("rm کتاب‌ها", "ok"), result()],
                     title=TITLE, prompt=PERSIAN)
    _number, told_of = desk.notified(TITLE, 30)
    assert TITLE in told_of["title"], told_of
    on_board = "return document.querySelector(`[data-story='${arguments[0]}']`)?.innerText ?? ''"
    # Only few rows, so that it is in sight however many stories there are.
    chord(page, CONTROL, "1")
    page.element(".board")
    page.key("/")
    clear(page, FILTER)
    page.type_into(FILTER, "fix")
    until("the title on the board", lambda: TITLE in page.js(on_board, story.story))
    clear(page, FILTER)
    story.open("joiners")
    shown = shows(page, *JOINED)
    assert shown.count(PERSIAN) == 2, shown
    has_none(shown, "ZWJ", "ZWNJ")
    # Where a machine reads it a person has to see it.
    assert shown.count("U+") == 1 and "U+200C" in shown, shown
    head = page.js("return document.querySelector('h1').innerText")
    assert head == TITLE, head


def shows_output_as_a_terminal_does(desk, page):
    """Colours are colours, a link is its text, a line that was written over is what was written last; the bytes
    are under Raw, and what is no output of a program has its signs named."""
    printed = "\x1b[31mFAIL\x1b[39m src/a.test.ts\n\x1b]8;;https://x\x07link\x1b]8;;\x07\r50%\r100%"
    story = Speaking(desk, page, "printed", [
        command("cargo test --color always", printed),
        command("printf '\x1b[31mred'", "ok"), result()])
    story.open()
    shown = shows(page, "FAIL src/a.test.ts\nlink\n100%")
    has_none(shown, "␇", "]8;;", "https://x", "50%", "[39m")
    assert page.js("return document.querySelector('.out .red')?.innerText") == "FAIL"
    assert shown.count("␛") == 1, shown
    page.js("""
        [...document.querySelectorAll('.st.call')].find((row) => row.innerText.includes('FAIL'))
            .querySelector('button.at').click();
    """)
    page.click("After", css="aside button")
    until("the bytes of what it printed", lambda: r"\u001b[31mFAIL\u001b[39m" in page.text())


def sets_bold_beside_any_sign(desk, page):
    """Bold is bold where the signs of another script stand without a space around it."""
    story = Speaking(desk, page, "bold", [text("**注意：**请先备份。含**「重点」**内容。"), result()])
    story.open()
    shown = shows(page, "注意：请先备份。含「重点」内容。")
    has_none(shown, "*")
    bold = page.js("return [...document.querySelectorAll('[role=feed] strong')].map((each) => each.innerText)")
    assert bold == ["注意：", "「重点」"], bold


def says_in_words_what_the_program_tells_itself(desk, page):
    """What a program puts into the conversation for its model is said in words, without its tags."""
    summary = 'Background command "npm run dev" completed (exit code 0)'
    story = Speaking(desk, page, "itself", [
        text("Working."), told("<local-command-stdout>Compacted</local-command-stdout>"),
        told("<command-name>/compact</command-name>\n<command-message>compact</command-message>\n"
             "<command-args></command-args>"),
        told("<task-notification><task-id>b5</task-id><status>completed</status>"
             f"<summary>{summary}</summary></task-notification>"),
        told("<system-reminder>The list of tasks is empty.</system-reminder>"),
        told("<bash-input>ls</bash-input>"),
        told("<bash-stdout>a</bash-stdout><bash-stderr></bash-stderr>"), result()])
    story.open()
    shown = shows(page, "Working.", "/compact", "Compacted", "npm run dev")
    has_none(shown, "<", ">")


def table(rows):
    """A table with the numbers from 0."""
    lines = [f"| {row} | row number {row} | {row * row} |" for row in range(rows)]
    return "\n".join(["| n | name | value |", "|---|---|---|", *lines])


def laid_out(page):
    """How many elements the timeline has, how many rows of the table, and how many lines it says are left."""
    return page.js("""
        const feed = document.querySelector('[role=feed]');
        const more = feed?.querySelector('.markdown .more')?.innerText ?? '';
        const left = /([\\d,.\\s\\u202f]+) lines? (is|are) left/.exec(more)?.[1] ?? '0';
        return [feed?.querySelectorAll('*').length ?? 0, feed?.querySelectorAll('td:first-child').length ?? 0,
            Number(left.replaceAll(/\\D/g, ''))];
    """)


def lays_a_long_table_out_in_part(desk, page):
    """Of a table of thousands of rows as many are laid out as of one that fits, the rest is counted and comes when
    it is wanted; while more is said behind it, it stays on screen."""
    short = Speaking(desk, page, "short-table", [text(table(150)), result()])
    short.open()
    until("a whole table", lambda: laid_out(page)[1] == 150)
    few = laid_out(page)[0]
    page.js("""
        window.gone = 0;
        let before = 0;
        const count = () => document.querySelectorAll('[role=feed] td:first-child').length;
        new MutationObserver(() => {
            const now = count();
            if (now === 0 && before > 150) window.gone += 1;
            before = now;
        }).observe(document.body, {childList: true, subtree: true});
    """)
    long = Speaking(desk, page, "long-table", [text(table(ROWS)), result()]).open()
    many, rows, left = until("a part of the table", lambda: laid_out(page) if laid_out(page)[1] > 150 else None)
    assert many <= 2 * few and rows + left == ROWS, (few, many, rows, left)
    long.becomes("done")
    last = "return [...document.querySelectorAll('[role=feed] [role=article]')].at(-1)?.innerText ?? ''"
    until("the end of the run", lambda: "reported success" in page.js(last))
    assert page.js("return window.gone") == 0
    page.click("Show more")
    until("more of the table", lambda: laid_out(page)[1] > rows)
    _many, rows, left = laid_out(page)
    assert rows + left == ROWS, (rows, left)


SELECTION = "return getSelection().toString()"


def keeps_what_is_selected_while_a_step_is_written(desk, page):
    """What a person selected in the step that is being written stays selected while the step goes on, when a new
    paragraph begins, and when the step is complete."""
    story = Speaking(desk, page, "written", [
        part("The first words can be copied"), waits_for("more"), part(" while the **next"), waits_for("bold"),
        part(" ones** come.\n\nAnd a"), waits_for("end"), part(" second paragraph."), result()]).open()
    shows(page, "The first words can be copied")
    page.js("""
        const texts = document.createTreeWalker(document.querySelector('[role=feed]'), NodeFilter.SHOW_TEXT);
        let text = texts.nextNode();
        while (text && !text.data.includes('The first words')) text = texts.nextNode();
        const at = text.data.indexOf('first');
        getSelection().setBaseAndExtent(text, at, text, at + 'first words can'.length);
    """)
    for file, wanted in (("more", "while the"), ("bold", "And a"), ("end", "second paragraph.")):
        story.give(file, "")
        shows(page, wanted)
        assert page.js(SELECTION) == "first words can", (file, page.js(SELECTION))
    story.becomes("done")
    shows(page, "reported success")
    assert page.js(SELECTION) == "first words can", page.js(SELECTION)
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"), "key", "ctrl+c")
    until("the selection to be copied", lambda: desk.clipboard() == "first words can")
    page.js("getSelection().removeAllRanges()")
