/** The text format of messages in Redis. */
import { describe, expect, it } from 'vitest';
import {
  encodeReason,
  readLetter,
  readMember,
  readRecord,
  toPayload,
} from '../../../lib/drivers/redis/message-record.ts';
import fc from '../../support/properties.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/);
const group = fc.option(fc.stringMatching(/^[!-~]{1,128}$/));
const body = fc.string({ unit: 'grapheme' });
const time = fc.nat({ max: 2 ** 42 });

/** Formats a record as the send script does. */
function createRecord(groupId: string | null, sentAt: number, payload: string): string {
  return `${groupId ?? ''} ${sentAt} ${payload}`;
}

describe('a record', () => {
  it('a record is read as it was written, whatever the body is', () => {
    fc.assert(
      fc.property(id, group, body, time, (ownId, groupId, text, sentAt) => {
        const record = createRecord(groupId, sentAt, toPayload(ownId, text));
        const recorded = { groupId, sentAt, id: ownId, body: text };

        expect(readRecord(record)).toEqual(recorded);
        expect(readMember(`1764000000000001:3 ${record}`)).toEqual({ ...recorded, deliveries: 3 });
      }),
    );
  });

  it('the record of a dead letter keeps its reason, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), body, (reason, text) => {
        const letter = `${encodeReason(reason)} ${createRecord(null, 1, toPayload('a', text))}`;

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
