// The words for a file that no checkpoint has. Pure.

import { bytes } from "../bytes";
import type { LeftOut, LeftOutWhy } from "../../ipc/protocol";
import { m } from "../../paraglide/messages";

const WHY: Record<LeftOutWhy, string> = {
  unreadable: m.not_held_unreadable(),
  socket: m.not_held_socket(),
  pipe: m.not_held_pipe(),
  device: m.not_held_device(),
  too_large: m.not_held_too_large(),
  too_much: m.not_held_too_much(),
  name: m.not_held_name(),
  repository: m.not_held_repository(),
  with_its_folder: m.not_held_with_its_folder(),
};

/** `80.0 MB, too large` */
export function notHeldWords({ why, size }: LeftOut): string {
  return size === undefined ? WHY[why] : m.not_held_size({ size: bytes(size), why: WHY[why] });
}
