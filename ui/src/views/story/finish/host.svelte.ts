// The state of the pull request in the panel *Finish*: what the host has of the branch, the one that is being written, and the logs of
// failed checks that are sent to the agent. The host is asked when the panel opens, after a step, and when the user asks again.

import { canBegin, whyUnknown } from "../../../domain/finish/host";
import { newId } from "../../../domain/newId";
import { faultOf } from "../../../ipc/backend";
import type { Fault, Hosted } from "../../../ipc/protocol";
import { Refresh } from "../../../state/refresh";
import type { Screen } from "../screen.svelte";
import type { FinishScreen } from "./finishing.svelte";
import { RequestKept } from "./requestKept.svelte";
import { m } from "../../../paraglide/messages";

export class HostScreen {
  readonly #here: Screen;
  readonly #finish: FinishScreen;
  readonly kept: RequestKept;
  /** What the host has; null until it answered. */
  hosted = $state.raw<Hosted | null>(null);
  /** It could not be asked, a page was not opened, or logs were not sent. */
  problem = $state.raw<Fault | null>(null);
  isAsking = $state(false);
  isSending = $state(false);
  readonly #refresh: Refresh<Hosted>;

  constructor(here: Screen, finish: FinishScreen) {
    [this.#here, this.#finish, this.kept] = [here, finish, new RequestKept(here.id)];
    this.#refresh = new Refresh(
      () => {
        this.isAsking = true;
        return here.app.backend.query({ of: "hosted", story: here.id });
      },
      (hosted) => {
        [this.hosted, this.problem, this.isAsking] = [hosted, null, false];
      },
      (thrown) => {
        [this.problem, this.isAsking] = [faultOf(thrown), false];
      },
    );
  }

  readonly title: string = $derived.by(
    () => this.kept.title ?? this.#finish.found?.pull_request?.title ?? "",
  );
  readonly text: string = $derived.by(() => this.kept.text ?? this.#finish.found?.pull_request?.text ?? "");
  readonly failed: number = $derived.by(
    () => this.hosted?.pull_request?.checks.filter(({ state }) => state === "failed").length ?? 0,
  );

  /** The branch may be another one on the host. */
  news(): void {
    this.#refresh.news();
  }
  ask(): void {
    this.#refresh.now();
  }
  stop(): void {
    this.#refresh.stop();
  }

  /** Why no pull request can be begun now; null if one can. */
  whyNotBegin(): string | null {
    if (this.hosted === null) return m.host_asking();
    if (canBegin(this.hosted)) return this.#finish.whyNot("pull_request");
    return whyUnknown(this.hosted) ?? m.host_not_again();
  }
  whyNotSend(): string | null {
    return this.failed > 0 ? null : m.host_no_send();
  }

  async push(): Promise<void> {
    const remote = this.#finish.found?.remote?.name;
    if (remote !== undefined) await this.#finish.step({ act: "push", remote });
  }

  async begin(): Promise<void> {
    const { remote, pull_request } = this.#finish.found ?? {};
    if (!remote || !pull_request || this.whyNotBegin() !== null) return;
    const { title, text } = this;
    const { draft } = this.kept;
    const { base } = pull_request;
    if (await this.#finish.step({ act: "pull_request", remote: remote.name, base, title, text, draft }))
      this.kept.clear();
    this.ask();
  }

  async open(url: string): Promise<void> {
    this.problem = null;
    try {
      await this.#here.app.backend.openLink(url);
    } catch (thrown) {
      const { message, ...more } = faultOf(thrown);
      this.problem = { ...more, message: m.host_not_opened({ problem: message }) };
    }
  }

  /** Sends what failed checks printed to the agent as its next prompt. */
  async sendLogs(): Promise<void> {
    const { app, id } = this.#here;
    if (this.isSending || this.whyNotSend() !== null) return;
    [this.isSending, this.problem] = [true, null];
    try {
      const { prompt } = await app.backend.query({ of: "failing_logs", story: id });
      // The checks may have been run again meanwhile.
      if (prompt === null) return this.ask();
      const sent = await app.ask({ op: "send", story: id, id: newId(), text: prompt }, id);
      if (sent !== null) this.#here.kept.tab = "timeline";
    } catch (thrown) {
      this.problem = faultOf(thrown);
    } finally {
      this.isSending = false;
    }
  }
}
