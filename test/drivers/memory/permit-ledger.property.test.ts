/** Properties of the decisions about permits: maxima, fairness between keys, and no one left. */
import { describe, expect, it } from 'vitest';
import { PermitLedger } from '../../../lib/drivers/memory/limits/permit-ledger.ts';
import type { LimitRule, PermitRequest } from '../../../lib/ports/store/limits/limit-store.ts';
import fc from '../../support/properties.ts';

const scope = 'machine:orders';
const shared = (concurrency: number): LimitRule => {
  return { scope, rule: 'concurrency', concurrency, intervalMs: null, burst: 1 };
};

/** Asks for a permit for execution `id` of `key`. */
function request(id: number, key: string, rules: readonly LimitRule[]): PermitRequest {
  const needs = rules.map(({ scope: _scope, ...terms }) => {
    return { ...terms, key: terms.rule.includes('per') ? key : '' };
  });
  const holder = { scope, executionId: String(id).padStart(6, '0'), command: '', fence: 1 };
  return { ...holder, needs, fairKey: key, nextScopes: [], parks: true, commitFollows: true };
}

/** Runs requests on a simulated clock, the longest-running ending first; returns who ran when. */
function simulate(requests: readonly PermitRequest[], rules: readonly LimitRule[]) {
  const ledger = new PermitLedger();
  const byId = new Map(requests.map((each) => [each.executionId, each]));
  const running: PermitRequest[] = [];
  const served: PermitRequest[] = [];
  let most = 0;
  let now = 0;
  const begin = (each: PermitRequest) => {
    running.push(each);
    served.push(each);
    most = Math.max(most, running.length);
  };
  for (const each of requests) if (ledger.acquire(each, now)) begin(each);
  for (let ended = running.shift(); ended !== undefined; ended = running.shift()) {
    now += 1;
    const freed = ledger.release(ended);
    for (const { executionId } of ledger.grant(scope, rules, now, freed)) {
      const next = byId.get(executionId);
      if (next === undefined || !ledger.acquire(next, now)) throw new Error('not granted');
      begin(next);
    }
  }
  return { served, most, ledger };
}

const keysArbitrary = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), {
  minLength: 1,
  maxLength: 60,
});

describe('permits', () => {
  it('a limit never has more permits in use than it allows, and everyone gets one in the end', () => {
    fc.assert(
      fc.property(keysArbitrary, fc.integer({ min: 1, max: 6 }), (keys, concurrency) => {
        const rules = [shared(concurrency)];
        const requests = keys.map((key, index) => request(index, key, rules));

        const { served, most, ledger } = simulate(requests, rules);

        expect(most).toBeLessThanOrEqual(concurrency);
        expect(served).toHaveLength(keys.length);
        expect(ledger.listUse(1, 0)).toEqual([]);
      }),
    );
  });

  it('two keys that wait for a limit take turns: neither is served twice before the other', () => {
    fc.assert(
      fc.property(keysArbitrary, fc.integer({ min: 1, max: 4 }), (keys, concurrency) => {
        const rules = [shared(concurrency)];
        const requests = keys.map((key, index) => request(index, key, rules));
        const { served } = simulate(requests, rules);
        // What found a permit at once did not wait.
        const waited = served.slice(Math.min(concurrency, keys.length));
        const left = new Map<string, number>();
        for (const { fairKey } of waited) left.set(fairKey, (left.get(fairKey) ?? 0) + 1);

        const turns = new Map<string, number>([...left.keys()].map((key) => [key, 0]));
        for (const { fairKey } of waited) {
          turns.set(fairKey, (turns.get(fairKey) ?? 0) + 1);
          left.set(fairKey, (left.get(fairKey) ?? 0) - 1);
          const waiting = [...turns].filter(([key]) => (left.get(key) ?? 0) > 0);
          const counts = waiting.map(([, count]) => count);
          if (counts.length < 2) continue;
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('a key with its own limit does not use up a limit that all share', () => {
    const perKey: LimitRule = { ...shared(1), rule: 'concurrency per $.key' };
    fc.assert(
      fc.property(keysArbitrary, (keys) => {
        const rules = [perKey, shared(4)];
        const ledger = new PermitLedger();
        const requests = keys.map((key, index) => request(index, key, rules));

        const granted = requests.filter((each) => ledger.acquire(each, 0));

        expect(granted.map(({ fairKey }) => fairKey)).toEqual([...new Set(keys)]);
      }),
    );
  });

  it('a rate hands out no more than its time allows, and all of it while someone waits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 2, max: 10 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 30 }),
        (intervalMs, burst, pauses) => {
          const rate = { scope, rule: 'rate', concurrency: null, intervalMs, burst };
          const ledger = new PermitLedger();
          const requests = Array.from({ length: 400 }, (_, id) => request(id, '', [rate]));
          let now = 1_000;
          let granted = requests.filter((each) => ledger.acquire(each, now)).length;
          for (const pauseMs of pauses) {
            now += Math.min(pauseMs, (burst - 1) * intervalMs);
            granted += ledger.grant(scope, [rate], now).length;
          }

          const allowed = burst + Math.floor((now - 1_000) / intervalMs + 1e-6);
          expect(granted).toBe(Math.min(400, allowed));
        },
      ),
    );
  });
});
