/** The state of a page in the query of its address. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  flag,
  instant,
  oneOf,
  someOf,
  text,
  wholeNumber,
} from '../../../dashboard/src/url-state/codecs.ts';
import {
  readUrlState,
  withoutParams,
  writeUrlState,
} from '../../../dashboard/src/url-state/url-state.ts';

const codecs = {
  status: someOf(['RUNNING', 'FAILED', 'TIMED_OUT']),
  tab: oneOf(['graph', 'events'], 'graph'),
  name: text,
  from: instant,
  version: wholeNumber(1, 999),
  open: flag,
};

const usual = { status: [], tab: 'graph', name: '', from: null, version: null, open: false };

describe('readUrlState', () => {
  it('an empty query has the usual values', () => {
    expect(readUrlState(codecs, '')).toEqual({ values: usual, faults: [] });
  });

  it('every kind of value is read', () => {
    const search =
      'status=FAILED,TIMED_OUT&tab=events&name=a%2Cb&from=2026-11-24T08:30:00Z&version=3&open=1';

    expect(readUrlState(codecs, search)).toEqual({
      values: {
        status: ['FAILED', 'TIMED_OUT'],
        tab: 'events',
        name: 'a,b',
        from: Date.parse('2026-11-24T08:30:00Z'),
        version: 3,
        open: true,
      },
      faults: [],
    });
  });

  it.each([
    ['status=BROKEN', 'status: expected some of RUNNING, FAILED, TIMED_OUT; found "BROKEN"'],
    ['tab=picture', 'tab: expected one of graph, events; found "picture"'],
    ['from=yesterday', 'from: expected a time such as 2026-11-24T08:30:00Z; found "yesterday"'],
    ['version=0', 'version: expected a whole number from 1 to 999; found "0"'],
    ['open=yes', 'open: expected 1 or 0; found "yes"'],
  ])('the wrong value %s is named, and the usual one is shown', (search, message) => {
    const { values, faults } = readUrlState(codecs, search);

    expect(values).toEqual(usual);
    expect(faults.map((fault) => fault.message)).toEqual([message]);
  });

  it('a parameter of another component is ignored', () => {
    expect(readUrlState(codecs, 'other=1').faults).toEqual([]);
  });
});

describe('writeUrlState', () => {
  it('a usual value leaves no parameter behind, and others stay', () => {
    const search = writeUrlState(codecs, 'other=1&tab=events&status=FAILED', {
      tab: 'graph',
      status: [],
    });

    expect(search).toBe('other=1');
  });

  it('commas, colons and slashes stay readable', () => {
    expect(
      writeUrlState(codecs, '', {
        status: ['FAILED', 'TIMED_OUT'],
        from: Date.parse('2026-11-24T08:30:00Z'),
        name: 'a/b',
      }),
    ).toBe('status=FAILED,TIMED_OUT&from=2026-11-24T08:30:00Z&name=a/b');
  });

  it('an empty choice differs from a usual one that is not empty', () => {
    const columns = { columns: someOf(['a', 'b', 'c'], ['a', 'b']) };

    const search = writeUrlState(columns, '', { columns: [] });

    expect(search).toBe('columns=');
    expect(readUrlState(columns, search).values.columns).toEqual([]);
    expect(readUrlState(columns, '').values.columns).toEqual(['a', 'b']);
  });

  it('a value that is written is read back', () => {
    const statuses = fc.subarray(['RUNNING', 'FAILED', 'TIMED_OUT'] as const);
    const times = fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }), { nil: null });
    fc.assert(
      fc.property(statuses, fc.string({ unit: 'grapheme' }), times, (status, name, from) => {
        const search = writeUrlState(codecs, '', { status, name, from });

        expect(readUrlState(codecs, search).values).toMatchObject({ status, name, from });
      }),
    );
  });

  it('wrong parameters can be removed', () => {
    expect(withoutParams('a=1&b=2&c=3', ['a', 'c'])).toBe('b=2');
  });
});
