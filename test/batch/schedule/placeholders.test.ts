/** Placeholders in the paths and prefixes of batches. */
import { describe, expect, it } from 'vitest';
import {
  checkPlaceholderValues,
  fillPlaceholders,
  listPlaceholders,
} from '../../../lib/batch/schedule/placeholders.ts';

const berlin = {
  // In Berlin it is the 30th already, an hour after the clocks were set forward on the 29th.
  atMs: Date.parse('2026-03-29T22:30:05Z'),
  timeZone: 'Europe/Berlin',
  values: { region: 'eu' },
};
const fill = (text: string, values = berlin) => fillPlaceholders('path', text, values);

describe('placeholders', () => {
  it.each([
    ['in/{date}.csv', 'in/2026-03-30.csv'],
    ['in/{date:yyyy/MM/dd}/{region}.csv', 'in/2026/03/30/eu.csv'],
    ['{date:yyMMdd-HHmmss}', '260330-003005'],
    ['{date-1d}_{date+2d:ddMM}', '2026-03-29_0104'],
    ['a{b c}{}', 'a{b c}{}'],
  ])('%s becomes %s', (text, expected) => {
    expect(fill(text)).toBe(expected);
  });

  it('the date is that of the time zone', () => {
    expect(fill('{date}', { ...berlin, timeZone: 'America/New_York' })).toBe('2026-03-29');
  });

  it('a placeholder without a value is refused with what to do', () => {
    expect(() => fill('in/{regoin}.csv')).toThrow(/path: \{regoin\} stands for no value.*--set/);
    expect(() => fill('{region-1d}')).toThrow(/\{region-1d\} stands for no value/);
  });

  it.each(['{date:YYYY}', '{date:}', '{date:week}'])('the format in %s is refused', (text) => {
    expect(() => fill(text)).toThrow(/expected a date's format/);
  });

  it('the names of placeholders are listed', () => {
    expect(listPlaceholders('{date:dd}/{region}/{x y}')).toEqual(['date', 'region']);
  });
});

describe('the values of placeholders', () => {
  it('a value that is a part of a file name is accepted', () => {
    expect(() => checkPlaceholderValues({ a: 'Süd 1_2.x=@+-' })).not.toThrow();
  });

  it.each(['', '../secret', 'a/b', 'a\\b', 'a\0', '..'])('the value %j is refused', (value) => {
    expect(() => checkPlaceholderValues({ a: value })).toThrow(/values.a: expected/);
  });

  it('a value for the date is refused', () => {
    expect(() => checkPlaceholderValues({ date: '2026' })).toThrow(/other than date/);
  });
});
