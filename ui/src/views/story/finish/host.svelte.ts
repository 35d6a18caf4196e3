// The state of the pull request in the panel *Finish*: what the host has of the branch, the one that is being written, and the logs of
// failed checks that are read here or sent to the agent. The host is asked when the panel opens, after a step, while checks run, and when
// the user asks again.

import { canBegin, whyUnknown } from "../../../domain/finish/host";
import { newId } from "../../../domain/newId";
import { faultOf } from "../../../ipc/backend";
import type { FailingLogs, Fault, Hosted } from "../../../ipc/protocol";
import { Refresh } from "../../../state/refresh";
import type { Screen } from "../screen.svelte";
import type { FinishScreen } from "./finishing.svelte";
import { RequestKept } from "./requestKept.svelte";
import { m } from "../../../paraglide/messages";

/** How often running checks are asked for, in milliseconds. */
export const AGAIN = 30_000;

export class HostScreen {
  readonly #here: Screen;
  readonly #finish: FinishScreen;
  readonly kept: RequestKept;
  /** What the host has; null until it answered. */
  hosted = $state.raw<Hosted | null>(null);
  /** When it answered, in milliseconds since 1970; null until then. */
  lookedAt = $state<number | null>(null);
  /** What failed checks printed; null until a person wants to read it, and once the checks are others. */
  logs = $state.raw<FailingLogs | null>(null);
  /** It could not be asked, a page was not opened, or logs were not sent. */
  problem = $state.raw<Fault | null>(null);
  isAsking = $state(false);
  isSending = $state(false);
  isReading = $state(false);
  readonly #refresh: Refresh<Hosted>;

  constructor(here: Screen, finish: FinishScreen) {
    [this.#here, this.#finish, this.kept] = [here, finish, new RequestKept(here.id)];
    this.#refresh = new Refresh(
      () => {
        this.isAsking = true;
        return here.app.backend.query({ of: "hosted", story: here.id });
      },
      (hosted) => {
        if (failedOf(hosted) !== failedOf(this.hosted)) this.logs = null;
        [this.hosted, this.problem, this.isAsking] = [hosted, null, false];
        this.lookedAt = here.app.clock.now;
      },
      (thrown) => {
        [this.problem, this.isAsking] = [faultOf(thrown), false];
      },
    );
  }

  readonly base: string = $derived.by(() => this.kept.base ?? this.#finish.found?.pull_request?.base ?? "");
  readonly title: string = $derived.by(
    () => this.kept.title ?? this.#finish.found?.pull_request?.title ?? "",
  );
  readonly text: string = $derived.by(() => this.kept.text ?? this.#finish.found?.pull_request?.text ?? "");
  readonly failed: number = $derived.by(
    () => this.hosted?.pull_request?.checks.filter(({ state }) => state === "failed").length ?? 0,
  );
  /** Whether a check of an open pull request runs, so that its result comes by itself. */
  readonly isRunning: boolean = $derived.by(() => {
    const request = this.hosted?.pull_request;
    return request?.state === "open" && request.checks.some(({ state }) => state === "running");
  });

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
    if (canBegin(this.hosted))
      return this.#finish.whyNot("pull_request") ?? (this.base.trim() === "" ? m.host_no_base() : null);
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
    const base = this.base.trim();
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

  /** Reads what failed checks printed. */
  async readLogs(): Promise<void> {
    const { app, id } = this.#here;
    if (this.isReading) return;
    [this.isReading, this.problem] = [true, null];
    const before = failedOf(this.hosted);
    try {
      const logs = await app.backend.query({ of: "failing_logs", story: id });
      if (failedOf(this.hosted) === before) this.logs = logs;
    } catch (thrown) {
      this.problem = faultOf(thrown);
    } finally {
      this.isReading = false;
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

/** Which checks failed at which commit: their logs are those of these. */
function failedOf(hosted: Hosted | null): string {
  const { head = null, checks = [] } = hosted?.pull_request ?? {};
  return JSON.stringify([head, checks.filter(({ state }) => state === "failed")]);
}
