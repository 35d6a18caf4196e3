"""Every journey once, in chapters, in the order in which they are walked, and what is walked for a name."""

import answer_journeys as answers
import changes_journeys as changes
import config_journeys as config
import deleting_journeys as deleting
import finish_journeys as finish
import forecast_journeys as forecast
import limit_journeys as limits
import moving_journeys as moving
import person_journeys as person
import queue_journeys as queued
import reading_journeys as reading
import review_journeys as review
import settings_journeys as settings
import silence_journeys as silence
import tray_journeys as tray
import unsent_journeys as unsent
import usage_journeys as usage
import view_journeys as views
import window_journeys as window


class Unknown(Exception):
    """No chapter and no journey has this name."""


class Chapter:
    """Journeys about one thing. Where each goes on from the one before, those before are walked for it, too;
    `after` names the chapter that leaves what this one needs."""

    def __init__(self, name, *journeys, go_on=False, after=None):
        self.name = name
        self.journeys = journeys
        self.go_on = go_on
        self.after = after

    def chosen(self, names):
        """What is walked of it for these names."""
        if self.name in names:
            return self.journeys
        places = [place for place, journey in enumerate(self.journeys) if name_of(journey) in names]
        if self.go_on and places:
            return self.journeys[:places[-1] + 1]
        return tuple(self.journeys[place] for place in places)


#: A person's first hour, what they do then, and what may befall the window. The limits come last, because they
#: hold an agent's account from then on.
CHAPTERS = (
    Chapter("first-hour", person.first_start, usage.is_empty_at_first, window.is_in_the_tray, window.grows_by_keys,
            window.stays_where_it_is, person.plays_the_demo, person.opens_by_notification,
            person.allows_by_click, person.shows_evidence, person.follows_up, usage.reads_turns_of_a_story,
            person.stops, person.begins_by_drop, person.keeps_the_theme, usage.opens_by_its_key,
            usage.reads_by_arrows, usage.drills_down_to_a_story, usage.breaks_no_rule_of_accessibility,
            usage.goes_back_to_the_board, go_on=True),
    Chapter("answers", answers.types_without_answering, answers.holds_a_key_while_questions_come,
            answers.denies_with_words_only, answers.answers_nothing_while_a_letter_is_composed,
            answers.gives_the_focus_back, answers.reads_to_the_end_first,
            answers.answers_each_question, answers.starts_two_in_one_repository),
    Chapter("reading", reading.keeps_joiners_in_words, reading.shows_output_as_a_terminal_does,
            reading.sets_bold_beside_any_sign, reading.says_in_words_what_the_program_tells_itself,
            reading.lays_a_long_table_out_in_part, reading.keeps_what_is_selected_while_a_step_is_written),
    Chapter("changes", changes.shows_what_a_turn_changed, changes.says_what_is_new_since_a_person_looked),
    Chapter("review", review.goes_from_comments_to_what_the_agent_changed),
    Chapter("finish", finish.finishes_by_keys),
    Chapter("forecast", forecast.shows_which_stories_conflict_and_in_which_order_to_merge),
    Chapter("deleting", deleting.frees_the_space_of_a_story),
    Chapter("silence", silence.says_for_how_long_nothing_came),
    Chapter("unsent", unsent.keeps_words_when_led_away, unsent.keeps_what_was_written_meanwhile,
            unsent.says_that_an_image_cannot_be_pasted),
    Chapter("queue", queued.changes_and_takes_back_what_waits, queued.stays_at_the_end_of_a_stopped_story),
    Chapter("moving", moving.goes_from_need_to_need, moving.finds_by_the_filter, moving.acts_on_another_layout,
            moving.keeps_words_over_a_restart, go_on=True),
    Chapter("views", views.finds_views_as_they_were_left, views.says_where_a_link_leads_nowhere, go_on=True,
            after="first-hour"),
    Chapter("window", window.takes_over_from_mush, window.starts_once, window.tells_what_is_wanted,
            tray.opens_what_waits_by_the_menu, window.keeps_its_title_true_while_hidden,
            tray.pauses_notifications_by_the_menu, tray.changes_at_most_once_a_second,
            tray.comes_back_to_a_tray_that_is_started_again, go_on=True),
    Chapter("settings", settings.finds_settings_after_a_restart, settings.keeps_a_damaged_file_aside,
            settings.refuses_what_cannot_be_kept, go_on=True),
    Chapter("config", config.waits_for_a_person_before_it_gives_power, config.keeps_what_was_good, go_on=True),
    Chapter("ends", window.survives_kill, window.says_farewell, tray.is_taken_up_by_a_late_tray),
    Chapter("limits", limits.names_the_day_of_a_reset, limits.tries_now, window.counts_down_in_its_title,
            go_on=True),
)


def name_of(journey):
    """A journey's name, as a person reads and types it."""
    return journey.__name__.replace("_", "-")


def chosen(names):
    """The journeys of these chapters and of these names, with what leads to them; all without a name."""
    known = {chapter.name for chapter in CHAPTERS}
    known |= {name_of(journey) for chapter in CHAPTERS for journey in chapter.journeys}
    for name in names:
        if name not in known:
            raise Unknown(f"no chapter and no journey {name}; there are:\n{listed()}")
    wanted = set(names) or known
    for chapter in reversed(CHAPTERS):
        if chapter.after and chapter.chosen(wanted):
            wanted.add(chapter.after)
    return [journey for chapter in CHAPTERS for journey in chapter.chosen(wanted)]


def listed():
    """The chapters with their journeys, a chapter a line."""
    return "\n".join(f"  {chapter.name}: {', '.join(map(name_of, chapter.journeys))}" for chapter in CHAPTERS)
