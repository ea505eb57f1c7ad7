import type {
  LimitNeed,
  LimitRule,
  LimitUse,
  PermitHolder,
  PermitRelease,
  PermitRequest,
} from '../../../ports/store/limits/limit-store.ts';
import {
  createQueue,
  findNextAt,
  isFull,
  type Permit,
  type PermitQueue,
  type PermitQueueName,
  toHolderKey,
  toQueueKey,
  useRate,
} from './permit-queue.ts';
import { summarizeUse } from './permit-use.ts';
import { compareTexts, isBefore, type PermitWait, TurnList } from './turn-list.ts';

/** Everything that is limited together. */
interface Scope {
  readonly name: string;
  /** The turn that was served last. */
  turn: number;
  readonly queues: Map<string, PermitQueue>;
  /** All that wait or were granted, by holder. */
  readonly waits: Map<string, PermitWait>;
  /** The same by their fair key. */
  readonly turns: Map<string, TurnList>;
}

/** Who tries to get permits. */
interface Attempt {
  readonly holder: Pick<PermitHolder, 'executionId' | 'command'>;
  /** Its place; undefined for a newcomer. */
  readonly wait: PermitWait | undefined;
  /** Whether it is the first of its queue, and has its turn now. */
  readonly isNext: boolean;
  readonly now: number;
}

/**
 * Decides who gets which permits, in plain data structures: the reference for the SQL stores. It
 * has no clock, and knows nothing of executions but their ids.
 *
 * Fairness: a newcomer's turn is one after the last of its key, but not before the turn that was
 * served last. So each key has one holder per turn, however many it has waiting (start-time fair
 * queueing).
 */
export class PermitLedger {
  readonly #scopes = new Map<string, Scope>();

  /** Gives a holder all the permits that it needs, or a turn. Returns whether it has them. */
  acquire(request: PermitRequest, now: number): boolean {
    const scope = this.#scope(request.scope);
    const needs = this.#findNeeds(request);
    const wait = scope.waits.get(toHolderKey(request));
    if (wait !== undefined && wait.grantedAt !== null) {
      leave(scope, wait);
      for (const need of needs) hold(scope, need, request, now);
      return true;
    }
    const blocked = findBlock(scope, needs, { holder: request, wait, isNext: false, now });
    if (blocked === null) {
      if (wait !== undefined) leave(scope, wait);
      take(scope, needs, request, now);
      return true;
    }
    if (wait === undefined) enqueue(scope, { ...request, needs }, blocked, now);
    else {
      wait.needs = needs;
      wait.fence = Math.max(wait.fence, request.fence);
      move(scope, wait, blocked, now);
    }
    return false;
  }

  /** Takes back permits and turns. Returns the queues in which permits have become free. */
  release(release: PermitRelease): PermitQueueName[] {
    const scope = this.#scopes.get(release.scope);
    if (scope === undefined) return [];
    const holder = toHolderKey(release);
    const wait = scope.waits.get(holder);
    if (wait !== undefined && wait.fence <= release.fence) leave(scope, wait);
    return release.needs.filter((name) => {
      const queue = scope.queues.get(toQueueKey(name));
      const permit = queue?.permits.get(holder);
      if (queue === undefined || permit === undefined || permit.fence > release.fence) return false;
      queue.permits.delete(holder);
      dropEmpty(scope, queue);
      return true;
    });
  }

  /**
   * Grants what the named queues of a scope can have now, in the order of turns; without names, all
   * of its queues. Returns what was granted.
   */
  grant(
    scopeName: string,
    rules: readonly LimitRule[],
    now: number,
    names?: readonly PermitQueueName[],
  ): PermitWait[] {
    const scope = this.#scopes.get(scopeName);
    if (scope === undefined) return [];
    const keys = names?.map(toQueueKey) ?? scope.queues.keys();
    const queues = new Set([...keys].flatMap((key) => scope.queues.get(key) ?? []));
    const granted: PermitWait[] = [];
    for (;;) {
      const wait = findFirst(queues);
      if (wait === null) break;
      const queue = getQueue(scope, wait.blockedOn);
      const needs = withRules(wait.needs, rules, scopeName);
      const blocked = findBlock(scope, needs, { holder: wait, wait, isNext: true, now });
      if (blocked === null) {
        take(scope, needs, wait, now);
        queue.waits.delete(wait);
        wait.grantedAt = now;
        scope.turn = Math.max(scope.turn, wait.turn);
        granted.push(wait);
      } else if (toQueueKey(blocked) === toQueueKey(queue)) {
        queue.readyAt = findNextAt(queue, blocked, now);
        queues.delete(queue);
      } else move(scope, wait, blocked, now);
    }
    for (const queue of queues) queue.readyAt = null;
    return granted;
  }

  /** Returns the queues of rates in the scope whose next permit is due by `now`. */
  listReady(scopeName: string, now: number): PermitQueueName[] {
    const queues = [...(this.#scopes.get(scopeName)?.queues.values() ?? [])];
    return queues.filter(({ readyAt }) => readyAt !== null && readyAt <= now);
  }

  /** Returns when the next permit of a rate that something waits for is due; null for none. */
  nextReadyAt(scopes: Iterable<string>): number | null {
    let next: number | null = null;
    for (const name of scopes) {
      for (const { readyAt } of this.#scopes.get(name)?.queues.values() ?? []) {
        if (readyAt !== null && (next === null || readyAt < next)) next = readyAt;
      }
    }
    return next;
  }

  /** Removes a wait, and the permits that it was granted. */
  remove(wait: PermitWait): void {
    this.release({ ...wait, fence: Infinity });
  }

  /** Whether the holder waits, or has not taken what it was granted. */
  isWaiting(holder: Pick<PermitHolder, 'scope' | 'executionId' | 'command'>): boolean {
    return this.#scopes.get(holder.scope)?.waits.has(toHolderKey(holder)) ?? false;
  }

  /** Forgets rates that have been unused for so long that they are as new. */
  forget(now: number): void {
    for (const scope of this.#scopes.values()) {
      for (const queue of scope.queues.values()) {
        if (queue.usedUpTo < now) queue.usedUpTo = 0;
        dropEmpty(scope, queue);
      }
    }
  }

  /** Whether anything waits, or has been granted permits that it has not taken. */
  get hasWaits(): boolean {
    return [...this.#scopes.values()].some(({ waits }) => waits.size > 0);
  }

  /** The scopes that were ever used. */
  scopeNames(): string[] {
    return [...this.#scopes.keys()];
  }

  /** All that wait, or were granted and not taken. */
  listWaits(): PermitWait[] {
    return [...this.#scopes.values()].flatMap(({ waits }) => [...waits.values()]);
  }

  /** All permits in use. */
  listPermits(): (Permit & Pick<PermitRelease, 'needs'>)[] {
    return [...this.#scopes.values()].flatMap((scope) =>
      [...scope.queues.values()].flatMap(({ rule, key, permits }) =>
        [...permits.values()].map((permit) => ({ ...permit, needs: [{ rule, key }] })),
      ),
    );
  }

  /** How each limit is used, by scope and rule. @param top maximum number of keys of each */
  listUse(top: number, now: number): LimitUse[] {
    const uses = [...this.#scopes.values()].flatMap(({ name: scope, queues }) =>
      [...Map.groupBy(queues.values(), ({ rule }) => rule)].map(([rule, ofRule]) =>
        summarizeUse({ scope, rule }, ofRule, top, now),
      ),
    );
    const used = uses.filter(({ inUse, waiting }) => inUse > 0 || waiting > 0);
    return used.sort(
      (one, other) => compareTexts(one.scope, other.scope) || compareTexts(one.rule, other.rule),
    );
  }

  /** Returns what a request has not had: without the rates, when it waits in a later scope. */
  #findNeeds({ needs, nextScopes, ...holder }: PermitRequest): readonly LimitNeed[] {
    const isPast = nextScopes.some((scope) => this.isWaiting({ ...holder, scope }));
    return isPast ? needs.filter(({ intervalMs }) => intervalMs === null) : needs;
  }

  #scope(name: string): Scope {
    const scope = this.#scopes.get(name) ?? {
      name,
      turn: 0,
      queues: new Map(),
      waits: new Map(),
      turns: new Map(),
    };
    this.#scopes.set(name, scope);
    return scope;
  }
}

function getQueue(scope: Scope, name: PermitQueueName): PermitQueue {
  const key = toQueueKey(name);
  const queue = scope.queues.get(key) ?? createQueue(name);
  scope.queues.set(key, queue);
  return queue;
}

/** Returns the first limit that the holder cannot have now; null when it can have all. */
function findBlock(
  scope: Scope,
  needs: readonly LimitNeed[],
  { holder, wait, isNext, now }: Attempt,
): LimitNeed | null {
  const blocked = needs.find((need) => {
    const queue = getQueue(scope, need);
    if (queue.permits.has(toHolderKey(holder))) return false;
    // Who has just come does not overtake those that wait.
    return isFull(queue, need, now) || (!isNext && isAhead(queue.waits.first, wait));
  });
  return blocked ?? null;
}

/** Whether the first of a queue is served before `wait`, or before a newcomer. */
function isAhead(first: PermitWait | undefined, wait: PermitWait | undefined): boolean {
  if (first === undefined) return false;
  return wait === undefined || (first !== wait && isBefore(first, wait));
}

function take(
  scope: Scope,
  needs: readonly LimitNeed[],
  holder: Omit<PermitHolder, 'scope'>,
  now: number,
): void {
  for (const need of needs) {
    hold(scope, need, holder, now);
    useRate(getQueue(scope, need), need, now);
  }
}

function hold(
  scope: Scope,
  need: LimitNeed,
  { executionId, command, fence }: Omit<PermitHolder, 'scope'>,
  now: number,
): void {
  if (need.concurrency === null) return;
  const permit = { scope: scope.name, executionId, command, fence, since: now };
  getQueue(scope, need).permits.set(toHolderKey(permit), permit);
}

function enqueue(scope: Scope, request: PermitRequest, blockedOn: LimitNeed, now: number): void {
  const { executionId, command, fence, needs, fairKey } = request;
  const turns = scope.turns.get(fairKey) ?? new TurnList();
  scope.turns.set(fairKey, turns);
  const turn = Math.max(scope.turn, turns.last?.turn ?? 0) + 1;
  const holder = { scope: scope.name, executionId, command, fence };
  const wait = { ...holder, needs, fairKey, turn, since: now, blockedOn, grantedAt: null };
  turns.add(wait);
  scope.waits.set(toHolderKey(wait), wait);
  move(scope, wait, blockedOn, now);
}

/** Puts a wait into the queue of the limit that it could not have. */
function move(scope: Scope, wait: PermitWait, blockedOn: LimitNeed, now: number): void {
  getQueue(scope, wait.blockedOn).waits.delete(wait);
  wait.blockedOn = blockedOn;
  const queue = getQueue(scope, blockedOn);
  queue.waits.add(wait);
  queue.readyAt = findNextAt(queue, blockedOn, now);
}

function leave(scope: Scope, wait: PermitWait): void {
  scope.waits.delete(toHolderKey(wait));
  getQueue(scope, wait.blockedOn).waits.delete(wait);
  const turns = scope.turns.get(wait.fairKey);
  turns?.delete(wait);
  if (turns?.size === 0) scope.turns.delete(wait.fairKey);
}

function dropEmpty(scope: Scope, queue: PermitQueue): void {
  const isEmpty = queue.permits.size === 0 && queue.waits.size === 0 && queue.usedUpTo === 0;
  if (isEmpty) scope.queues.delete(toQueueKey(queue));
}

function findFirst(queues: ReadonlySet<PermitQueue>): PermitWait | null {
  let first: PermitWait | null = null;
  for (const { waits } of queues) {
    if (waits.first !== undefined && (first === null || isBefore(waits.first, first))) {
      first = waits.first;
    }
  }
  return first;
}

/** Returns the needs with the numbers of the rules; limits that have no rule do not exist. */
function withRules(
  needs: readonly LimitNeed[],
  rules: readonly LimitRule[],
  scope: string,
): LimitNeed[] {
  return needs.flatMap(({ rule, key }) => {
    const found = rules.find((each) => each.scope === scope && each.rule === rule);
    if (found === undefined) return [];
    const { concurrency, intervalMs, burst } = found;
    return { rule, key, concurrency, intervalMs, burst };
  });
}
