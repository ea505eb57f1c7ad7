/** Small pure parts of the page's elements. */
import { describe, expect, it } from 'vitest';
import { connectionText } from '../../../dashboard/src/app/connection-text.ts';
import { refusalOf } from '../../../dashboard/src/app/role.ts';
import {
  lonePlaces,
  meanOf,
  newestOf,
  spanOf,
  timesOf,
  valuesOf,
} from '../../../dashboard/src/ui/chart/chart-data.ts';
import { sparklinePath } from '../../../dashboard/src/ui/chart/sparkline-path.ts';
import { filtersText, isSet } from '../../../dashboard/src/ui/filter/filter.ts';
import { statusLook } from '../../../dashboard/src/ui/status-look.ts';
import { keysBetween, stepFrom } from '../../../dashboard/src/ui/table/row-step.ts';
import { readViews, withoutView, withView } from '../../../dashboard/src/views/view-list.ts';
import { executionStatuses } from '../../../lib/engine/status.ts';

describe('statusLook', () => {
  it('every status of an execution has a word and an icon of its own', () => {
    const looks = executionStatuses.map(statusLook);

    expect(new Set(looks.map(({ word }) => word)).size).toBe(looks.length);
    expect(new Set(looks.map(({ icon }) => icon)).size).toBe(looks.length);
  });

  it('a status that the page does not know keeps its word', () => {
    expect(statusLook('toString')).toEqual({ word: 'toString', tone: 'idle', icon: 'info' });
  });
});

describe('roles', () => {
  it('a role allows what the ones before it allow', () => {
    expect(refusalOf('owner', 'operate')).toBeNull();
    expect(refusalOf('operator', 'read')).toBeNull();
    expect(refusalOf('operator', 'own')).toBe('needs the role owner; you are operator');
    expect(refusalOf('reader', 'operate')).toBe('needs the role operator; you are reader');
  });
});

describe('connectionText', () => {
  it('a lost connection says since when, and that what is shown is old', () => {
    const text = connectionText({ kind: 'unreachable', since: 1 }, () => '02:11', 2);

    expect(text.short).toBe('not reached since 02:11');
    expect(text.long).toContain('was known then');
  });

  it('a page that asks says how often', () => {
    expect(connectionText({ kind: 'asking', everyMs: 5_000 }, String, 0).short).toBe('every 5 s');
  });
});

describe('sparklinePath', () => {
  it('a value that is not known makes a gap', () => {
    expect(sparklinePath([0, 10, null, 5, 10], 40, 10)).toBe('M0 10L10 0M30 5L40 0');
  });

  it('a value that stands alone is a dot, and fewer than three values are no line', () => {
    expect(sparklinePath([0, 4, null, 4, null], 40, 10)).toBe('M0 10L10 0M30 0h0.01');
    expect(sparklinePath([null, 4, 2], 20, 10)).toBe('');
    expect(sparklinePath([null], 20, 10)).toBe('');
  });
});

describe('figures of a series', () => {
  const reply = {
    from: 1_000,
    stepMs: 10_000,
    series: [{ of: 'ended' as const, key: 'low', values: [1, null, 3, null] }],
    gaps: [],
  };

  it('a chart spans all points of a reply, and marks values that no line leads to', () => {
    expect(spanOf(reply)).toEqual([1, 31]);
    expect(spanOf({ ...reply, series: [] })).toEqual([1, 11]);
    expect(lonePlaces([1, null, 3, 4, null, null, 6])).toEqual([0, 6]);
  });

  it('values are found by measure and key', () => {
    expect(valuesOf(reply, 'ended', 'low')).toEqual([1, null, 3, null]);
    expect(valuesOf(reply, 'ended')).toEqual([]);
    expect(valuesOf(undefined, 'failed')).toEqual([]);
  });

  it('the newest value and the mean leave out what is not known', () => {
    const values = valuesOf(reply, 'ended', 'low');

    expect([newestOf(values), meanOf(values, 2), newestOf([null]), meanOf([], 3)]).toEqual([
      3,
      2,
      null,
      null,
    ]);
  });

  it('points have their times in seconds', () => {
    expect(timesOf(reply)).toEqual([1, 11, 21, 31]);
  });
});

describe('filters', () => {
  const filters = [
    { key: 'status', word: 'status', kind: 'words', words: ['FAILED'] },
    { key: 'queue', word: 'queue', kind: 'text' },
    { key: 'from', word: 'created from', kind: 'time' },
  ] as const;

  it('all filters that hold read as one sentence', () => {
    const values = {
      status: ['FAILED', 'TIMED_OUT'],
      queue: 'lo\u202ew',
      from: Date.parse('2026-11-24T08:30:00Z'),
    };

    expect(filtersText(filters, values, 'UTC')).toBe(
      'status: Failed, Timed out · queue: lo\\u202ew · created from: 2026-11-24 08:30:00 UTC',
    );
  });

  it('an empty value is no filter', () => {
    expect(['', null, undefined, [], 0, 'a', ['a']].map(isSet)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
  });
});

describe('rows', () => {
  it('j and k stay within the table', () => {
    expect(stepFrom(-1, 'j', 3)).toBe(0);
    expect(stepFrom(2, 'j', 3)).toBe(2);
    expect(stepFrom(0, 'k', 3)).toBe(0);
    expect(stepFrom(1, 'k', 3)).toBe(0);
    expect(stepFrom(1, 'm', 3)).toBeNull();
    expect(stepFrom(-1, 'j', 0)).toBeNull();
  });

  it('a range has both of its ends, in either direction', () => {
    const keys = ['a', 'b', 'c', 'd'];

    expect(keysBetween(keys, 'd', 'b')).toEqual(['b', 'c', 'd']);
    expect(keysBetween(keys, null, 'b')).toEqual(['b']);
  });
});

describe('saved views', () => {
  const view = { screen: 'executions', name: 'mine', search: 'status=FAILED' };

  it('a view takes the place of one with its name', () => {
    const views = withView(withView([], view), { ...view, search: 'status=RUNNING' });

    expect(views).toEqual([{ ...view, search: 'status=RUNNING' }]);
    expect(withoutView(views, view)).toEqual([]);
  });

  it('a stored value that is not a view is left out', () => {
    expect(readViews(JSON.stringify([view, { name: 1 }, null]))).toEqual([view]);
    expect(readViews('{')).toEqual([]);
    expect(readViews(null)).toEqual([]);
  });
});
