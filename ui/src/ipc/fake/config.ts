// The fake host's config.json: the values in force, two changes that wait to be accepted, and values that are set while the page is open.

import { Refusal, type ConfigIntent } from "../backend";
import {
  USUAL_AGENT,
  USUAL_PROJECT,
  USUAL_CONFIG,
  type Config,
  type ConfigDifference,
  type ConfigState,
} from "../protocol";

const PATH = "/home/ada/.local/share/musher/config.json";

const CONFIG: Config = {
  ...USUAL_CONFIG,
  agents: { claude: { ...USUAL_AGENT, model: "opus" }, codex: USUAL_AGENT },
  projects: { "/home/ada/src/parcel-api": { ...USUAL_PROJECT, gates: ["cargo test", "cargo clippy"] } },
};

const WAITING: ConfigDifference[] = [
  { key: "agents.codex.permission", accepted: '"ask"', wanted: '"accept-edits"' },
  {
    key: 'projects."/home/ada/src/parcel-api".gates',
    accepted: '["cargo test","cargo clippy"]',
    wanted: '["cargo test"]',
  },
];

/** With `changed`, the file was changed by hand. */
export function configHost(changed: boolean): (intent: ConfigIntent) => Promise<ConfigState> {
  let state: ConfigState = {
    config: CONFIG,
    path: PATH,
    waiting: changed ? WAITING : [],
    file: "1",
    problem: null,
    notices: changed ? [{ line: 14, key: "caps", why: "not_used_yet" }] : [],
  };
  return (intent) => {
    switch (intent.op) {
      case "config":
        break;
      case "accept_config":
        state = { ...state, waiting: [], file: "2" };
        break;
      case "set_config":
        state = { ...state, config: withValue(state.config, intent.key, JSON.parse(intent.value)) };
    }
    return Promise.resolve(state);
  };
}

/** The configuration with the field of this key changed, as far as the page can set it. */
function withValue(config: Config, key: string, value: unknown): Config {
  const fields = [...key.matchAll(/"((?:[^"\\]|\\.)*)"|[^.]+/g)].map((match) => match[1] ?? match[0]);
  const copy = structuredClone(config) as unknown as Record<string, unknown>;
  let at = copy;
  for (const field of fields.slice(0, -1)) {
    at[field] ??= {};
    at = at[field] as Record<string, unknown>;
  }
  const last = fields.at(-1);
  if (last === undefined || !key.includes(".")) throw new Refusal(unknown(key));
  at[last] = value;
  return copy as unknown as Config;
}

const unknown = (key: string) =>
  ({
    code: "bad_input",
    message: `there is no setting ${key}`,
    hint: "`mush config get` shows every setting.",
  }) as const;
