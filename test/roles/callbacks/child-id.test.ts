/** The ids of nested executions that their parents wait for. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isUuid } from '../../../lib/drivers/shared/storable.ts';
import { toChildId } from '../../../lib/roles/callbacks/child-id.ts';

const command = fc
  .tuple(fc.nat(), fc.nat({ max: 99 }))
  .map(([entered, attempt]) => `${entered}:${attempt}`);

it('the id of a child is a UUID with the time of its parent, and unique for each command', () => {
  fc.assert(
    fc.property(
      fc.uuid({ version: 7 }),
      fc.uniqueArray(command, { minLength: 2 }),
      (parent, all) => {
        const ids = all.map((each) => toChildId(parent, each));

        expect(ids.every(isUuid)).toBe(true);
        expect(ids.every((id) => id.startsWith(parent.slice(0, 13)))).toBe(true);
        expect(new Set([parent, ...ids]).size).toBe(all.length + 1);
        expect(all.map((each) => toChildId(parent, each))).toEqual(ids);
      },
    ),
  );
});
