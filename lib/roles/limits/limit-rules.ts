/** The limits of a configuration, as rules that stores apply. Pure. */
import type { Json } from '../../asl/json/json.ts';
import type { LimitNeed, LimitRule } from '../../ports/store/limits/limit-store.ts';
import { compileKeyPath, type KeyPath, toLimitKey } from './limit-key.ts';

/** How much of a machine or a handler may happen at once, or in a time. */
export interface LimitConfig {
  /** Maximum number at the same time. @default no maximum */
  readonly concurrency?: number;
  /**
   * Maximum number in a time, evenly spread: `50/s`, `100/min`, `10/15min`, `1000/h`, `5000/d`.
   * @default no maximum
   */
  readonly rate?: string;
  /**
   * A path into the input, such as `$.customer`: each value has a limit of its own. @default one
   * limit for all
   */
  readonly per?: string;
}

/** One limit, or several that all hold. */
export type LimitsConfig = LimitConfig | readonly LimitConfig[];

/** A rule, and how the key that it counts under is found. */
export interface KeyedRule extends LimitRule {
  /** Null for a limit that all share. */
  readonly per: KeyPath | null;
}

/** Maximum number of limits of one machine or handler. */
export const limitsMax = 4;

const ratePattern = /^([1-9]\d{0,8})\/([1-9]\d{0,5})?(s|min|h|d)$/;
const unitMs = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Returns the average time between two of a rate, in milliseconds; null for another text. */
export function parseRate(text: string): number | null {
  const [, count, units = '1', unit] = ratePattern.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  return (Number(units) * unitMs[unit as keyof typeof unitMs]) / Number(count);
}

/** Returns the text of a rate: the inverse of {@link parseRate}. */
export function formatRate(intervalMs: number): string {
  const units = Object.entries(unitMs);
  const whole = units.find(([, ms]) => ms >= intervalMs && isWhole(ms / intervalMs));
  if (whole !== undefined) return `${Math.round(whole[1] / intervalMs)}/${whole[0]}`;
  const [unit, ms] = units.findLast(([, each]) => isWhole(intervalMs / each)) ?? ['s', 1_000];
  return `1/${Number((intervalMs / ms).toPrecision(6))}${unit}`;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

/**
 * Returns the rules of one machine or handler, in the order in which they are tried: those of keys
 * before those that all share, so that what waits for its own key does not hold up others.
 * @param savedMs how much of an unused rate is saved up, in milliseconds
 */
export function compileLimits(scope: string, limits: LimitsConfig, savedMs: number): KeyedRule[] {
  const list: readonly LimitConfig[] = Array.isArray(limits) ? limits : [limits as LimitConfig];
  const rules = list.flatMap((limit) => toRules(scope, limit, savedMs));
  return [...rules.filter(({ per }) => per !== null), ...rules.filter(({ per }) => per === null)];
}

/** Returns what a holder with this input needs. */
export function toNeeds(rules: readonly KeyedRule[], input: Json): LimitNeed[] {
  return rules.map(({ rule, per, concurrency, intervalMs, burst }) => {
    return { rule, key: toLimitKey(per, input), concurrency, intervalMs, burst };
  });
}

/** Returns the key whose holders take turns with those of others: that of the first keyed limit. */
export function toFairKey(needs: readonly LimitNeed[]): string {
  return needs.find(({ key }) => key !== '')?.key ?? '';
}

function toRules(
  scope: string,
  { concurrency, rate, per }: LimitConfig,
  savedMs: number,
): KeyedRule[] {
  const path = per === undefined ? null : compileKeyPath(per);
  const suffix = per === undefined ? '' : ` per ${per}`;
  const rules: KeyedRule[] = [];
  if (concurrency !== undefined) {
    const terms = { concurrency, intervalMs: null, burst: 1 };
    rules.push({ scope, rule: `concurrency${suffix}`, ...terms, per: path });
  }
  const intervalMs = rate === undefined ? null : parseRate(rate);
  if (intervalMs !== null) {
    const burst = 1 + savedMs / intervalMs;
    rules.push({ scope, rule: `rate${suffix}`, concurrency: null, intervalMs, burst, per: path });
  }
  return rules;
}
