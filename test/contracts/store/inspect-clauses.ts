/** Facts that a store reports about itself. */
import { expect } from 'vitest';
import type { Clause } from './store-harness.ts';

/** Defines the clauses about inspection. */
export function inspectClauses(clause: Clause): void {
  clause('a migrated store reports the newest schema and its own time', async (harness) => {
    const { store, clock } = harness;

    const { schema, now, warnings } = await store.inspect();

    expect(schema.applied).toBe(schema.known);
    expect(now).toBe(clock.now());
    expect(warnings.every((warning) => warning.length > 0)).toBe(true);
  });
}
