/** The fields of an object as commands print them. */
import { describe, expect, it } from 'vitest';
import { causeMessage, fieldLines } from '../../lib/cli/execution-text.ts';

describe('the fields of an object', () => {
  it('fields have names in words, times in UTC and durations with a unit', () => {
    const fields = {
      id: 'e-1',
      machineId: 'order',
      machineVersion: 3,
      attempts: 0,
      createdAt: Date.UTC(2026, 10, 24, 8, 30),
      timeoutMs: 900_000,
      retentionMs: 1_500,
      at: 'noon',
    };

    expect(fieldLines(fields)).toEqual([
      'id               e-1',
      'machine          order',
      'machine version  3',
      'attempts         0',
      'created          2026-11-24 08:30:00',
      'timeout          15m',
      'retention        1500ms',
      'at               noon',
    ]);
  });

  it('fields that say nothing are left out', () => {
    const fields = { id: 'e-1', error: null, alias: undefined, body: '', onHold: false, stalls: 0 };

    expect(fieldLines(fields)).toEqual(['id  e-1']);
    expect(fieldLines({ stalls: 2 })).toEqual(['stalls  2']);
  });

  it('a cause that a handler threw is its message, and where it was thrown', () => {
    const trace = ['CardRefused: no money', '    at charge (file:///shop/handlers.ts:12:3)'];
    const cause = JSON.stringify({ errorType: 'CardRefused', errorMessage: 'no money', trace });

    expect(fieldLines({ cause, status: 'FAILED' })).toEqual([
      'cause   no money',
      '          at charge (file:///shop/handlers.ts:12:3)',
      'status  FAILED',
    ]);
    expect(causeMessage('any { text')).toBe('any { text');
    expect(causeMessage('{"not": "closed"')).toBe('{"not": "closed"');
  });
});
