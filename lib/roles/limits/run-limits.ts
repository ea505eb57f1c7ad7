import type { Json } from '../../asl/json/json.ts';
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import type { InvokeEffect } from '../../engine/effect.ts';
import type { Snapshot } from '../../engine/snapshot.ts';
import { findOpenTask } from '../../engine/task/open-task.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { PermitRequest } from '../../ports/store/limits/limit-store.ts';
import { type KeyedRule, toFairKey, toNeeds } from './limit-rules.ts';
import type { PermitClient } from './permit-client.ts';

/** What {@link RunLimits} are constructed from. */
export interface RunLimitsDeps {
  readonly client: Pick<PermitClient, 'acquire' | 'release' | 'wakeGranted'>;
  /** The limits of the execution as a whole, by scope and in the order in which it asks. */
  readonly ownRules: readonly (readonly KeyedRule[])[];
  /** Finds the limits of a call; null when calls are not limited one by one. */
  readonly findCallRules: ((call: InvokeEffect) => readonly KeyedRule[]) | null;
  /** Whether the execution commits before its first call. */
  readonly commitsFirst: boolean;
}

/** The permits of one run: of its execution, and of the calls that it makes. */
export class RunLimits {
  readonly #deps: RunLimitsDeps;
  readonly #claimed: ClaimedExecution;
  /** The calls that have permits here, by command. */
  readonly #held = new Map<string, PermitRequest>();
  /** The calls that wait for permits, by command. */
  readonly #waiting = new Map<string, InvokeEffect>();
  #own: readonly PermitRequest[] | null = null;

  constructor(deps: RunLimitsDeps, claimed: ClaimedExecution) {
    this.#deps = deps;
    this.#claimed = claimed;
  }

  /** Whether calls are limited one by one. */
  get limitsCalls(): boolean {
    return this.#deps.findCallRules !== null;
  }

  /** Whether calls wait. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether the call of a command waits. */
  has(command: string): boolean {
    return this.#waiting.has(command);
  }

  /**
   * Asks for the permits of the execution, before it starts. When it returns false, the execution
   * sleeps and is no longer this worker's.
   */
  async admit(): Promise<boolean> {
    for (const request of this.#ownRequests()) {
      if (!(await this.#deps.client.acquire(request))) return false;
    }
    return true;
  }

  /** Gives back the permits of the execution, which has ended or is retried later. */
  leave(): void {
    for (const request of this.#ownRequests()) void this.#deps.client.release(request);
    for (const command of this.#waiting.keys()) this.#drop(command);
  }

  /**
   * Asks for the permits of those of `calls` that are limited, and once more for those that wait.
   * Calls that do not get them wait. Returns the calls of earlier rounds that have theirs now.
   */
  async take(snapshot: Snapshot, calls: readonly InvokeEffect[]): Promise<readonly InvokeEffect[]> {
    const { findCallRules } = this.#deps;
    if (findCallRules === null) return [];
    for (const command of this.#waiting.keys()) {
      if (findOpenTask(snapshot, command) === undefined) this.#drop(command);
    }
    const earlier = [...this.#waiting.values()];
    const limited = calls.filter((call) => findCallRules(call).length > 0);
    if (earlier.length + limited.length > 0) {
      await Promise.all([...earlier, ...limited].map((call) => this.#take(call)));
    }
    return earlier.filter(({ command }) => !this.#waiting.has(command));
  }

  /** Gives back the permits of a call that has returned. */
  settle(command: string): void {
    const request = this.#held.get(command);
    if (request === undefined) return;
    this.#held.delete(command);
    void this.#deps.client.release(request);
  }

  /** Whether a call was granted its permits before the execution fell asleep. */
  async isWoken(): Promise<boolean> {
    return this.#waiting.size > 0 && (await this.#deps.client.wakeGranted(this.#claimed.id));
  }

  /** Gives up the turn of a call that is not to be made any more. */
  #drop(command: string): void {
    const call = this.#waiting.get(command);
    if (call === undefined) return;
    this.#waiting.delete(command);
    void this.#deps.client.release(this.#callRequest(call));
  }

  async #take(call: InvokeEffect): Promise<void> {
    const request = this.#callRequest(call);
    if (await this.#deps.client.acquire(request)) {
      this.#waiting.delete(call.command);
      this.#held.set(call.command, request);
    } else this.#waiting.set(call.command, call);
  }

  #ownRequests(): readonly PermitRequest[] {
    this.#own ??= this.#createOwnRequests();
    return this.#own;
  }

  #createOwnRequests(): PermitRequest[] {
    const { ownRules, commitsFirst } = this.#deps;
    if (ownRules.length === 0) return [];
    const isKeyed = ownRules.some((rules) => rules.some(({ per }) => per !== null));
    const input = isKeyed ? parseWrittenJson(this.#claimed.input) : null;
    const scopes = ownRules.map(toScope);
    return ownRules.map((rules, index) => {
      const request = this.#request(rules, input, '');
      const nextScopes = scopes.slice(index + 1);
      return { ...request, nextScopes, parks: true, commitFollows: commitsFirst };
    });
  }

  #callRequest(call: InvokeEffect): PermitRequest {
    const rules = this.#deps.findCallRules?.(call) ?? [];
    const request = this.#request(rules, call.parameters, call.command);
    // A call that waited may begin without a further commit.
    return { ...request, nextScopes: [], parks: false, commitFollows: false };
  }

  #request(
    rules: readonly KeyedRule[],
    input: Json,
    command: string,
  ): Omit<PermitRequest, 'nextScopes' | 'parks' | 'commitFollows'> {
    const { id: executionId, fence } = this.#claimed;
    const needs = toNeeds(rules, input);
    return { scope: toScope(rules), executionId, command, fence, needs, fairKey: toFairKey(needs) };
  }
}

function toScope(rules: readonly KeyedRule[]): string {
  return rules[0]?.scope ?? '';
}
