/** What a store says of itself. */
import { expect } from 'vitest';
import type { Clause } from './store-harness.ts';

/** Clauses about looking at the store itself. */
export function inspectClauses(clause: Clause): void {
  clause('a store that was migrated has the newest schema, and tells its time', async (world) => {
    const { store, clock } = world;

    const { schema, now, dangers } = await store.inspect();

    expect(schema.applied).toBe(schema.known);
    expect(now).toBe(clock.now());
    expect(dangers.every((danger) => danger.length > 0)).toBe(true);
  });
}
