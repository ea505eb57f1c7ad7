import type { LimitRule } from '../../ports/store/limits/limit-store.ts';
import { compileLimits, type KeyedRule, type LimitsConfig } from './limit-rules.ts';

/** The limits of a configuration. */
export interface ConfiguredLimits {
  /** By the id of the machine whose executions they limit. */
  readonly machines: Readonly<Record<string, LimitsConfig>>;
  /** By the name of the handler, or the type of the custom tasks, whose calls they limit. */
  readonly handlers: Readonly<Record<string, LimitsConfig>>;
}

/** What a {@link LimitCatalog} is constructed from. */
export interface LimitCatalogOptions extends ConfiguredLimits {
  /** How much of an unused rate is saved up, in milliseconds. */
  readonly savedMs: number;
}

/** Finds the limits of machines and handlers. */
export class LimitCatalog {
  readonly #machines: ReadonlyMap<string, readonly KeyedRule[]>;
  readonly #handlers: ReadonlyMap<string, readonly KeyedRule[]>;
  /** All limits, as stores apply them. */
  readonly rules: readonly LimitRule[];

  constructor({ machines, handlers, savedMs }: LimitCatalogOptions) {
    this.#machines = compileAll('machine', machines, savedMs);
    this.#handlers = compileAll('handler', handlers, savedMs);
    const all = [...this.#machines.values(), ...this.#handlers.values()].flat();
    this.rules = all.map(({ per: _per, ...rule }) => rule);
  }

  /** Whether the configuration has no limits. */
  get isEmpty(): boolean {
    return this.rules.length === 0;
  }

  /** Whether calls of any handler are limited. */
  get limitsCalls(): boolean {
    return this.#handlers.size > 0;
  }

  /** The limits of a machine's executions; none for another machine. */
  findMachineRules(machineId: string): readonly KeyedRule[] {
    return this.#machines.get(machineId) ?? [];
  }

  /** The limits of a handler's calls; none for another handler. */
  findHandlerRules(name: string | null): readonly KeyedRule[] {
    return (name === null ? undefined : this.#handlers.get(name)) ?? [];
  }
}

/** Returns the scope of a machine's or a handler's limits. */
function toLimitScope(kind: 'machine' | 'handler', name: string): string {
  return `${kind}:${name}`;
}

/** Returns what a scope limits. */
export function parseLimitScope(scope: string): {
  readonly kind: 'machine' | 'handler';
  readonly name: string;
} {
  const at = scope.indexOf(':');
  return { kind: scope.startsWith('machine:') ? 'machine' : 'handler', name: scope.slice(at + 1) };
}

function compileAll(
  kind: 'machine' | 'handler',
  limits: Readonly<Record<string, LimitsConfig>>,
  savedMs: number,
): ReadonlyMap<string, readonly KeyedRule[]> {
  const compiled = Object.entries(limits).map(
    ([name, each]) => [name, compileLimits(toLimitScope(kind, name), each, savedMs)] as const,
  );
  return new Map(compiled.filter(([, rules]) => rules.length > 0));
}
