/** Event patterns against the documentation of EventBridge's filters. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../lib/asl/json/json.ts';
import { checkPattern, matchesPattern } from '../../../rehearsal/services/event-pattern.ts';

const event: JsonObject = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::reports'],
  detail: {
    bucket: { name: 'reports' },
    object: { key: 'in/Strikes.csv', size: 10 },
    none: null,
    flag: true,
    ip: '10.0.1.2',
    parts: [
      { name: 'a', size: 1 },
      { name: 'b', size: 2 },
    ],
  },
};

const detail = (pattern: Json) => ({ detail: pattern });
const key = (filter: Json) => detail({ object: { key: [filter] } });
const size = (...numeric: Json[]) => detail({ object: { size: [{ numeric }] } });

function matches(pattern: JsonObject): boolean {
  checkPattern(pattern, 'Rule');
  return matchesPattern(pattern, event);
}

describe('an event pattern', () => {
  it.each<[string, JsonObject]>([
    ['one of several values', { source: ['aws.sqs', 'aws.s3'], 'detail-type': ['Object Created'] }],
    ['a list in the event', { resources: ['arn:aws:s3:::reports'] }],
    ['null', detail({ none: [null] })],
    ['true', detail({ flag: [true] })],
    ['a number', detail({ object: { size: [10] } })],
    ['prefix', key({ prefix: 'in/' })],
    ['prefix in any case', key({ prefix: { 'equals-ignore-case': 'IN/' } })],
    ['suffix', key({ suffix: '.csv' })],
    ['equals-ignore-case', key({ 'equals-ignore-case': 'IN/strikes.CSV' })],
    ['wildcard', key({ wildcard: 'in/*.csv' })],
    ['anything-but', key({ 'anything-but': ['a', 'b'] })],
    ['anything-but a prefix', key({ 'anything-but': { prefix: 'out/' } })],
    ['anything-but some suffixes', key({ 'anything-but': { suffix: ['.txt', '.json'] } })],
    ['numeric', size('>', 5, '<=', 10)],
    ['numeric equality', size('=', 10)],
    ['exists', detail({ flag: [{ exists: true }] })],
    ['not exists', detail({ absent: [{ exists: false }] })],
    ['not exists, deep', detail({ absent: { deep: [{ exists: false }] } })],
    ['cidr', detail({ ip: [{ cidr: '10.0.0.0/16' }] })],
    ['one of two filters', detail({ ip: [{ prefix: 'x' }, { prefix: '10.' }] })],
    ['$or', { $or: [{ source: ['a'] }, key({ prefix: 'in/' })] }],
    ['one element of a list of objects', detail({ parts: { name: ['b'], size: [2] } })],
  ])('an event pattern matches: %s', (_, pattern) => {
    expect(matches(pattern)).toBe(true);
  });

  it.each<[string, JsonObject]>([
    ['another value', { source: ['aws.S3'] }],
    ['one key of two', { source: ['aws.s3'], 'detail-type': ['Object Deleted'] }],
    ['a string that looks like a number', detail({ object: { size: ['10'] } })],
    ['prefix', key({ prefix: 'out/' })],
    ['suffix', key({ suffix: '.CSV' })],
    ['wildcard', key({ wildcard: '*.json' })],
    ['anything-but', key({ 'anything-but': 'in/Strikes.csv' })],
    ['anything-but a prefix', key({ 'anything-but': { prefix: 'in/' } })],
    ['numeric', size('>', 10)],
    ['exists with an object', detail({ object: [{ exists: true }] })],
    ['not exists', detail({ flag: [{ exists: false }] })],
    ['a missing key', detail({ absent: ['a'] })],
    [
      'values from two elements of a list of objects',
      detail({ parts: { name: ['a'], size: [2] } }),
    ],
    ['$or', { $or: [{ source: ['a'] }, { source: ['b'] }] }],
    ['cidr', detail({ ip: [{ cidr: '10.1.0.0/16' }] })],
  ])('an event pattern does not match: %s', (_, pattern) => {
    expect(matches(pattern)).toBe(false);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['nothing', {}, /it is empty/],
    [
      'an unknown filter',
      key({ regex: '.*' }),
      /Rule\/detail\/object\/key: there is no filter regex/,
    ],
    ['a plain value', { source: 'aws.s3' }, /Rule\/source: it is neither/],
    ['an empty list', { source: [] }, /Rule\/source/],
    ['an unknown comparison', size('!', 1), /numeric takes/],
    ['half a comparison', size('>'), /numeric takes/],
    ['a filter with two keys', key({ prefix: 'a', suffix: 'b' }), /has one key/],
    [
      'an unknown filter inside of anything-but',
      key({ 'anything-but': { regex: 'a' } }),
      /no filter regex/,
    ],
    ['one alternative', { $or: [{ source: ['a'] }] }, /two patterns or more/],
  ])('an invalid event pattern is refused: %s', (_, pattern, message) => {
    expect(() => checkPattern(pattern, 'Rule')).toThrow(message);
  });
});
