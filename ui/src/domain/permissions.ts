// The names of what an agent may do without asking.

import type { PermissionChoice } from "../ipc/protocol";
import { m } from "../paraglide/messages";

export const PERMISSION_NAMES: Record<PermissionChoice, string> = {
  ask: m.permission_ask(),
  "accept-edits": m.permission_accept_edits(),
  "full-access": m.permission_full_access(),
  deny: m.permission_deny(),
};
