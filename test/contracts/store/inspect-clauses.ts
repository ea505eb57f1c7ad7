/** What a store says of itself. */
import { expect } from 'vitest';
import type { Clause } from './store-harness.ts';

/** Clauses about looking at the store itself. */
export function inspectClauses(clause: Clause): void {
  clause('a store that was migrated has the newest schema, and tells its time', async (harness) => {
    const { store, clock } = harness;

    const { schema, now, warnings } = await store.inspect();

    expect(schema.applied).toBe(schema.known);
    expect(now).toBe(clock.now());
    expect(warnings.every((warning) => warning.length > 0)).toBe(true);
  });
}
