import type { InvokeEffect } from '../../engine/effect.ts';
import type { Machine } from '../../engine/machine.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { TaskCall } from '../../ports/task-invoker.ts';
import { parseTaskType } from '../execution/task-machine.ts';
import type { LimitCatalog } from './limit-catalog.ts';
import type { KeyedRule } from './limit-rules.ts';
import type { PermitClient } from './permit-client.ts';
import { RunLimits, type RunLimitsDeps } from './run-limits.ts';

/** What {@link Limits} are constructed from. */
export interface LimitsDeps {
  readonly catalog: LimitCatalog;
  readonly client: Pick<PermitClient, 'acquire' | 'release' | 'wakeGranted'>;
  /** Returns the name of the handler that a task names; null when it names none. */
  readonly findHandlerName: (task: TaskCall) => string | null;
}

/**
 * Finds out which limits hold for a run. An execution of a STANDARD machine asks before it starts,
 * and again before each call of a limited handler. One of an EXPRESS machine, which cannot be
 * interrupted, asks before it starts for everything that it may call.
 */
export class Limits {
  readonly #deps: LimitsDeps;
  /** Per machine: the limits of the handlers that it names. */
  readonly #handlerRules = new WeakMap<Machine, readonly (readonly KeyedRule[])[]>();

  constructor(deps: LimitsDeps) {
    this.#deps = deps;
  }

  /** Returns the limits of a run; null when it has none. */
  forRun(claimed: ClaimedExecution, machine: Machine): RunLimits | null {
    const { catalog, client } = this.#deps;
    const own = catalog.findMachineRules(claimed.machineId);
    const called = catalog.limitsCalls ? this.#findHandlerRules(claimed.machineId, machine) : [];
    if (own.length === 0 && called.length === 0) return null;
    const isExpress = machine.type === 'EXPRESS';
    const ofMachine = own.length === 0 ? [] : [own];
    const deps: RunLimitsDeps = {
      client,
      ownRules: isExpress
        ? [...ofMachine, ...called.filter(({ length }) => length > 0)]
        : ofMachine,
      findCallRules: isExpress || called.length === 0 ? null : (call) => this.#findCallRules(call),
      commitsFirst: !isExpress,
    };
    return new RunLimits(deps, claimed);
  }

  #findCallRules(call: InvokeEffect): readonly KeyedRule[] {
    const { catalog, findHandlerName } = this.#deps;
    return catalog.findHandlerRules(findHandlerName(call));
  }

  #findHandlerRules(machineId: string, machine: Machine): readonly (readonly KeyedRule[])[] {
    const known = this.#handlerRules.get(machine);
    if (known !== undefined) return known;
    const { catalog, findHandlerName } = this.#deps;
    const type = parseTaskType(machineId);
    const names = type === null ? machine.resources.map(findHandlerName) : [type];
    const scopes = [...new Set(names)].sort().map((name) => catalog.findHandlerRules(name));
    const found = scopes.filter((rules) => rules.length > 0);
    // A handler that only the input names may be any of them.
    const rules = names.includes(null) && found.length === 0 ? [[]] : found;
    this.#handlerRules.set(machine, rules);
    return rules;
  }
}
