/** How the limits of machines and handlers are used. */
import type { LimitKeyUse } from '../../ports/store/limits/limit-store.ts';
import { parseLimitScope } from '../../roles/limits/limit-catalog.ts';
import { formatRate } from '../../roles/limits/limit-rules.ts';
import type { AppContext } from '../app-context.ts';
import { createLimitCatalog } from './create-limits.ts';

/** One limit, and how it is used. */
export interface LimitOverview {
  readonly kind: 'machine' | 'handler';
  /** The machine's id, the handler's name, or the type of custom tasks. */
  readonly name: string;
  /** Names the limit within the machine or handler: `concurrency per $.customer`. */
  readonly limit: string;
  /** Maximum number at the same time; null for a rate, and for a limit that was removed. */
  readonly concurrency: number | null;
  /** The rate, as `50/s`; null for a concurrency, and for a limit that was removed. */
  readonly rate: string | null;
  /** Number that count now; 0 for a rate. Counts of many are lower bounds. */
  readonly inUse: number;
  readonly waiting: number;
  /** How long the first has waited, in milliseconds; null when none waits. */
  readonly oldestMs: number | null;
  /** The keys with the most waiting, then with the most in use; none without `per`. */
  readonly keys: readonly LimitKeyUse[];
}

/** Number of keys that are listed of each limit. */
const limitKeysMax = 10;

/** Maximum number of permits, and of waiting ones, that are counted. */
export const limitRowsMax = 100_000;

/** Lists the limits of the configuration, and others that are still waited for, by name. */
export async function listLimits(
  context: Pick<AppContext, 'app' | 'settings' | 'store'>,
  top = limitKeysMax,
): Promise<LimitOverview[]> {
  const { rules } = createLimitCatalog(context);
  const uses = await context.store.listLimits(top, limitRowsMax);
  const used = new Map(uses.map((use) => [toId(use), use]));
  const configured = new Map(rules.map((rule) => [toId(rule), rule]));
  const all = [...rules, ...uses.filter((use) => !configured.has(toId(use)))];
  return all.map(({ scope, rule }) => {
    const use = used.get(toId({ scope, rule }));
    const terms = configured.get(toId({ scope, rule }));
    return {
      ...parseLimitScope(scope),
      limit: rule,
      concurrency: terms?.concurrency ?? null,
      rate: terms?.intervalMs == null ? null : formatRate(terms.intervalMs),
      inUse: use?.inUse ?? 0,
      waiting: use?.waiting ?? 0,
      oldestMs: use?.oldestMs ?? null,
      keys: (use?.keys ?? []).filter(({ key }) => key !== ''),
    };
  });
}

function toId({ scope, rule }: { readonly scope: string; readonly rule: string }): string {
  return `${scope} ${rule}`;
}
