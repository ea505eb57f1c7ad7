/** Which occurrences of a schedule are started when leaders come back. */
import { describe, expect, it } from 'vitest';
import {
  type DueQuery,
  findDueOccurrences,
  type MissedRule,
} from '../../../lib/batch/schedule/due-occurrences.ts';
import { parseScheduleExpression } from '../../../lib/batch/schedule/schedule-expression.ts';

function due(text: string, query: { after: string; now: string; missed: MissedRule }) {
  const expression = parseScheduleExpression(text);
  if (expression === undefined) throw new Error(`no expression: ${text}`);
  const given: DueQuery = {
    afterMs: Date.parse(query.after),
    nowMs: Date.parse(query.now),
    missed: query.missed,
  };
  const found = findDueOccurrences({ expression, timeZone: 'UTC', startMs: 0 }, given);
  const toText = (at: number) => new Date(at).toISOString().slice(0, 16);
  const { skippedFrom } = found;
  return [found.start.map(toText), skippedFrom === null ? null : toText(skippedFrom)];
}

describe('the occurrences that are due', () => {
  const nightly = 'cron(0 2 * * ? *)';
  const threeNights = { after: '2026-05-01T12:00:00Z', now: '2026-05-04T02:00:30Z' };

  it('nothing is due before the next time', () => {
    const query = { after: '2026-05-01T02:00:00Z', now: '2026-05-02T01:59:59Z' };
    expect(due(nightly, { ...query, missed: { all: 9 } })).toEqual([[], null]);
  });

  it('one occurrence in time is started under every rule', () => {
    for (const missed of ['last', 'none', { all: 3 }] as const) {
      const query = { after: '2026-05-01T12:00:00Z', now: '2026-05-02T02:00:10Z', missed };
      expect(due(nightly, query)).toEqual([['2026-05-02T02:00'], null]);
    }
  });

  it.each<[MissedRule, string[], string | null]>([
    ['last', ['2026-05-04T02:00'], '2026-05-02T02:00'],
    ['none', ['2026-05-04T02:00'], '2026-05-02T02:00'],
    [{ all: 2 }, ['2026-05-03T02:00', '2026-05-04T02:00'], '2026-05-02T02:00'],
    [{ all: 5 }, ['2026-05-02T02:00', '2026-05-03T02:00', '2026-05-04T02:00'], null],
  ])('the rule %j starts %j of three missed nights', (missed, start, skippedFrom) => {
    expect(due(nightly, { ...threeNights, missed })).toEqual([start, skippedFrom]);
  });

  it('an occurrence that is late by more than a minute is skipped by the rule none', () => {
    const late = { after: '2026-05-01T12:00:00Z', now: '2026-05-02T02:01:01Z' };
    expect(due(nightly, { ...late, missed: 'none' })).toEqual([[], '2026-05-02T02:00']);
    expect(due(nightly, { ...late, missed: 'last' })).toEqual([['2026-05-02T02:00'], null]);
  });

  it('ten years of missed minutes are looked through at once', () => {
    const years = { after: '2016-05-01T00:00:00Z', now: '2026-05-01T00:00:00Z' };
    expect(due('rate(1 minute)', { ...years, missed: 'last' })[0]).toEqual(['2026-05-01T00:00']);
    expect(due('cron(* * * * ? *)', { ...years, missed: { all: 100 } })[0]).toHaveLength(100);
  });

  it('a yearly occurrence is found however long ago it was', () => {
    const years = { after: '2016-05-01T00:00:00Z', now: '2026-05-01T00:00:00Z' };
    const found = due('cron(0 0 29 2 ? *)', { ...years, missed: { all: 2 } });
    expect(found[0]).toEqual(['2020-02-29T00:00', '2024-02-29T00:00']);
  });
});
