// Deletes the logs of the fakes' stories as the engine does: a few events stay, and the story says when it was.

import type { Run, StoryId, StoryView } from "../protocol";
import type { World } from "./world";

/** The size of the logs that can be deleted, in bytes. */
export function logSize(view: StoryView | undefined): number {
  return (view?.runs ?? []).filter(hasLogs).reduce((sum, run) => sum + run.log_bytes, 0);
}

export function deleteLogs(world: World, id: StoryId): void {
  const view = world.view(id);
  if (!view) return;
  const at = new Date(world.now).toISOString();
  const size = logSize(view);
  for (const run of view.runs.filter(hasLogs)) world.deleteLogs(run.id);
  world.entry(id, null, { type: "logs_deleted", bytes: size });
  world.entry(id, null, { type: "logs_removed" });
  const bytes = size + (view.story.logs_deleted?.bytes ?? 0);
  world.put({
    ...view,
    story: { ...view.story, logs_deleted: { at, bytes } },
    runs: view.runs.map((run) => (hasLogs(run) ? { ...run, logs_deleted: at } : run)),
  });
  world.commit();
}

function hasLogs(run: Run): boolean {
  return run.logs_deleted === undefined;
}
