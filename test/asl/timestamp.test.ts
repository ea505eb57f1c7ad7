/** Timestamps: valid texts and their instants. */

import { describe, expect, it, test } from 'vitest';
import { parseTimestamp } from '../../lib/asl/timestamp.ts';
import fc from '../support/properties.ts';

describe('parseTimestamp', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2024-02-29T12:00:00.5Z', Date.UTC(2024, 1, 29, 12, 0, 0, 500)],
    ['2016-08-18T17:33:00+02:00', Date.UTC(2016, 7, 18, 15, 33)],
    ['2016-08-18T17:33:00-00:30', Date.UTC(2016, 7, 18, 18, 3)],
    ['2016-08-18T17:33:00.123456789Z', Date.UTC(2016, 7, 18, 17, 33, 0, 123)],
  ])('the timestamp %s is parsed', (text, instant) => {
    expect(parseTimestamp(text)).toBe(instant);
  });

  test.each([
    ['no T', '2016-08-18 17:33:00Z'],
    ['a lower-case t', '2016-08-18t17:33:00Z'],
    ['a lower-case z', '2016-08-18T17:33:00z'],
    ['no offset', '2016-08-18T17:33:00'],
    ['a date only', '2016-08-18'],
    ['no seconds', '2016-08-18T17:33Z'],
    ['a thirteenth month', '2016-13-18T17:33:00Z'],
    ['a day that does not exist', '2023-02-29T00:00:00Z'],
    ['a day zero', '2023-02-00T00:00:00Z'],
    ['a twenty-fifth hour', '2016-08-18T25:33:00Z'],
    ['hour 24', '2016-08-18T24:00:00Z'],
    ['a minute 60', '2016-08-18T10:60:00Z'],
    ['an offset of a hundred minutes', '2016-08-18T10:00:00+00:99'],
    ['something after it', '2016-08-18T17:33:00Z '],
    ['the day first', '18-08-2016T17:33:00Z'],
  ])('a text with %s is not a timestamp', (_, text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('every instant is parsed back from its ISO text', () => {
    const years = { min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') };
    fc.assert(
      fc.property(fc.date({ ...years, noInvalidDate: true }), (date) => {
        expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});
