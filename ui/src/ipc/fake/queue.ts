// Prompts that wait in the fakes' stories: queued, changed and taken back as the engine does it.

import type { StoryId, StoryState, StoryView } from "../protocol";
import type { World } from "./world";

/** What is sent in these waits; in the others it begins a run. */
const BUSY: readonly StoryState[] = ["starting", "running", "gating", "limited", "queued"];

/** The prompts that wait, by id, with their stories. */
const waiting = new WeakMap<World, Map<string, StoryId>>();

function queueOf(world: World): Map<string, StoryId> {
  const known = waiting.get(world) ?? new Map<string, StoryId>();
  waiting.set(world, known);
  return known;
}

export function isBusy({ story }: StoryView): boolean {
  return BUSY.includes(story.state);
}

export function queuePrompt(world: World, story: StoryId, id: string, text: string): void {
  queueOf(world).set(id, story);
  world.entry(story, null, { type: "prompt_queued", id, text, by: "you" });
  count(world, story, 1);
}

/** Takes a prompt back; false when it does not wait. */
export function dropPrompt(world: World, id: string): boolean {
  const story = queueOf(world).get(id);
  if (story === undefined) return false;
  queueOf(world).delete(id);
  world.entry(story, null, { type: "prompt_dropped", id });
  count(world, story, -1);
  return true;
}

/** Changes a prompt; false when it does not wait. */
export function editPrompt(world: World, id: string, text: string): boolean {
  const story = queueOf(world).get(id);
  if (story === undefined) return false;
  world.entry(story, null, { type: "prompt_edited", id, text });
  world.commit();
  return true;
}

function count(world: World, id: StoryId, by: number): void {
  const view = world.view(id);
  if (!view) return;
  const { story } = view;
  world.put({ ...view, story: { ...story, queued_prompts: story.queued_prompts + by } });
  world.commit();
}
