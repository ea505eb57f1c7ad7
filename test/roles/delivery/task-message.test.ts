/** The messages of tasks, and other messages. */
import { describe, expect, it } from 'vitest';
import {
  createTaskMessage,
  isOfNewerRelease,
  parseExecutionId,
} from '../../../lib/roles/delivery/dispatcher.ts';
import fc from '../../support/properties.ts';

describe('the message of a task', () => {
  it('the message of a task carries ids and is parsed back', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.option(fc.uuid()),
        fc.nat(900_000),
        (executionId, batchId, delay) => {
          const message = createTaskMessage({ executionId, queue: 'low', batchId }, delay);

          expect(parseExecutionId(message)).toBe(executionId);
          expect(message.id).toBe(executionId);
          expect(message.groupId ?? null).toBe(batchId);
          expect(message.delayMs ?? 0).toBe(delay);
        },
      ),
    );
  });

  it('any other message is recognized without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(parseExecutionId({ body })).toBeNull();
      }),
    );
    for (const body of ['', 'null', '[]', '{"type":"execution","executionId":7}']) {
      expect(parseExecutionId({ body })).toBeNull();
    }
  });

  it('a message in a later form is recognized as one of a newer release, and is no task here', () => {
    const later = { body: '{"type":"execution","version":2,"executionId":"a"}' };
    const same = { body: '{"type":"execution","version":1,"executionId":"a","more":true}' };

    expect(isOfNewerRelease(later)).toBe(true);
    expect(parseExecutionId(later)).toBeNull();
    expect(isOfNewerRelease(same)).toBe(false);
    expect(parseExecutionId(same)).toBe('a');
    for (const body of ['', '7', 'null', '{"version":"2"}', '{"type":"email"}']) {
      expect(isOfNewerRelease({ body })).toBe(false);
    }
  });
});
