/** The messages of Millrace, and what is none. */

import { describe, expect, it } from 'vitest';
import { executionMessage, executionOf } from '../../../lib/roles/delivery/task-message.ts';
import fc from '../../support/properties.ts';

describe('a task’s message', () => {
  it('carries ids and comes back as it was sent', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.option(fc.uuid()),
        fc.nat(900_000),
        (executionId, batchId, delay) => {
          const message = executionMessage({ executionId, queue: 'low', batchId }, delay);

          expect(executionOf(message)).toBe(executionId);
          expect(message.id).toBe(executionId);
          expect(message.groupId ?? null).toBe(batchId);
          expect(message.delayMs ?? 0).toBe(delay);
        },
      ),
    );
  });

  it('is told from anything else without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(executionOf({ body })).toBeNull();
      }),
    );
    for (const body of ['', 'null', '[]', '{"type":"execution","executionId":7}']) {
      expect(executionOf({ body })).toBeNull();
    }
  });
});
