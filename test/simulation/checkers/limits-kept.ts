import type { Json } from '../../../lib/asl/json/json.ts';
import { isEnd } from '../../../lib/engine/status.ts';
import { toTaskResource } from '../../../lib/roles/execution/task-machine.ts';
import type { ConfiguredLimits } from '../../../lib/roles/limits/limit-catalog.ts';
import { toLimitKey } from '../../../lib/roles/limits/limit-key.ts';
import type { KeyedRule } from '../../../lib/roles/limits/limit-rules.ts';
import { createCatalog } from '../drawn-limits.ts';
import type { Ledger } from '../ledger.ts';
import type { HandlerCall, Observation } from '../observed-store.ts';
import { taskTypes } from '../queued-tasks.ts';
import type { Checker, Evidence } from './checker.ts';

/** Maximum number of keys read of each limit, and of permits counted. */
const [keysMax, countMax] = [10, 1_000];

/**
 * Checks that no more executions or calls run at once than their limits allow. A call of a worker
 * that crashed or is frozen counts until its lease has expired, or another worker has claimed its
 * execution. At the end no permit is in use, and nothing waits for one.
 */
export function limitsKept(limits: ConfiguredLimits | null): Checker {
  const invariant = 'no more than a limit run at once, and no permit is left';
  if (limits === null) return { invariant };
  const tracker = new LimitTracker(limits);
  return {
    invariant,
    observe: (observation, ledger) => tracker.observe(observation, ledger),
    verify: findPermits,
  };
}

async function findPermits({ store }: Evidence): Promise<string[]> {
  const uses = await store.listLimits(keysMax, countMax);
  return uses.map(({ scope, rule, inUse, waiting }) => {
    return `${scope} has ${inUse} permits of ${rule} in use and ${waiting} waiting at the end`;
  });
}

/** What holds permits. */
interface Holder {
  readonly executionId: string;
  /** The execution that they count for, or the call. */
  readonly id: string;
  readonly rules: readonly KeyedRule[];
  readonly input: Json;
}

class LimitTracker {
  readonly #catalog: ReturnType<typeof createCatalog>;
  /** The calls that run, by their key. */
  readonly #calls = new Map<string, Holder>();
  /** The executions that have started and neither ended nor failed an attempt, by id. */
  readonly #executions = new Map<string, Holder>();

  constructor(limits: ConfiguredLimits) {
    this.#catalog = createCatalog(limits);
  }

  observe(observation: Observation, ledger: Ledger): string[] {
    switch (observation.kind) {
      case 'called':
        return this.#call(observation, ledger);
      case 'returned':
        this.#calls.delete(observation.idempotencyKey);
        return [];
      case 'claimed':
      case 'orphaned':
        for (const id of observation.executionIds) this.#interrupt(id, ledger);
        return [];
      case 'committed':
        return observation.accepted ? this.#commit(observation, ledger) : [];
      default:
        return [];
    }
  }

  /** The calls of an EXPRESS execution share its permits, which its input decides. */
  #call(
    { executionId, resource, idempotencyKey, parameters }: HandlerCall,
    ledger: Ledger,
  ): string[] {
    const isExpress = ledger.isExpress(executionId);
    const input = isExpress ? this.#inputOf(executionId, ledger) : parameters;
    const rules = this.#catalog.findHandlerRules(toHandlerName(resource));
    const id = isExpress ? executionId : idempotencyKey;
    const call = { executionId, id, rules, input };
    this.#calls.set(idempotencyKey, call);
    const broken = findExceeded(call, [...this.#calls.values()]);
    return isExpress ? [...broken, ...this.#start(executionId, ledger)] : broken;
  }

  #commit(
    { checkpoint, after }: Extract<Observation, { kind: 'committed' }>,
    ledger: Ledger,
  ): string[] {
    const { executionId } = checkpoint;
    const status = after?.status ?? checkpoint.status;
    if (isEnd(status) || status === 'PENDING_REDRIVE') this.#executions.delete(executionId);
    return status === 'RUNNING' ? this.#start(executionId, ledger) : [];
  }

  #start(executionId: string, ledger: Ledger): string[] {
    if (this.#executions.has(executionId)) return [];
    const machineId = ledger.entries.get(executionId)?.execution.machineId ?? '';
    const rules = this.#catalog.findMachineRules(machineId);
    const input = this.#inputOf(executionId, ledger);
    const execution = { executionId, id: executionId, rules, input };
    this.#executions.set(executionId, execution);
    return findExceeded(execution, [...this.#executions.values()]);
  }

  #inputOf(executionId: string, { entries }: Ledger): Json {
    return JSON.parse(entries.get(executionId)?.execution.input ?? 'null') as Json;
  }

  /** No call goes on, and an EXPRESS execution starts over. */
  #interrupt(executionId: string, ledger: Ledger): void {
    if (ledger.isExpress(executionId)) this.#executions.delete(executionId);
    for (const [key, call] of this.#calls) {
      if (call.executionId === executionId) this.#calls.delete(key);
    }
  }
}

function toHandlerName(resource: string): string {
  return Object.values(taskTypes).find((type) => toTaskResource(type) === resource) ?? resource;
}

/** Returns the limits of the newest holder that are exceeded. */
function findExceeded({ rules, input }: Holder, holders: readonly Holder[]): string[] {
  return rules.flatMap(({ scope, rule, per, concurrency }) => {
    if (concurrency === null) return [];
    const key = toLimitKey(per, input);
    const same = holders.filter(
      (other) =>
        other.rules.some((each) => each.scope === scope && each.rule === rule) &&
        toLimitKey(per, other.input) === key,
    );
    const count = new Set(same.map(({ id }) => id)).size;
    return count > concurrency ? [`${count} of ${scope} run at once with ${rule} '${key}'`] : [];
  });
}
