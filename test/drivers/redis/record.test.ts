/** How messages are written in Redis, and read again. */
import { describe, expect, it } from 'vitest';
import {
  payloadOf,
  readLetter,
  readMember,
  readRecord,
  writeReason,
} from '../../../lib/drivers/redis/record.ts';
import fc from '../../support/properties.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/);
const group = fc.option(fc.stringMatching(/^[!-~]{1,128}$/));
const body = fc.string({ unit: 'grapheme' });
const time = fc.nat({ max: 2 ** 42 });

/** As the send script writes it. */
function recordOf(groupId: string | null, sentAt: number, payload: string): string {
  return `${groupId ?? ''} ${sentAt} ${payload}`;
}

describe('a record', () => {
  it('gives back what was written, whatever the body is', () => {
    fc.assert(
      fc.property(id, group, body, time, (ownId, groupId, text, sentAt) => {
        const record = recordOf(groupId, sentAt, payloadOf(ownId, text));
        const recorded = { groupId, sentAt, id: ownId, body: text };

        expect(readRecord(record)).toEqual(recorded);
        expect(readMember(`1764000000000001:3 ${record}`)).toEqual({ ...recorded, deliveries: 3 });
      }),
    );
  });

  it('of a dead letter gives back its reason, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), body, (reason, text) => {
        const letter = `${writeReason(reason)} ${recordOf(null, 1, payloadOf('a', text))}`;

        expect(readLetter(letter)).toEqual({
          reason: reason.toWellFormed(),
          groupId: null,
          sentAt: 1,
          id: 'a',
          body: text,
        });
      }),
    );
  });
});
