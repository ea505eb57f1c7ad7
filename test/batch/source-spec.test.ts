/** Parsing the source document of a batch. */
import { describe, expect, it } from 'vitest';
import { parseSourceSpec, type SourceSpec } from '../../lib/batch/source-spec.ts';

const specs: SourceSpec[] = [
  { kind: 'csv', path: 'a.csv' },
  { kind: 'csv', path: 'a.csv', columns: ['x', 'y'], delimiter: ';' },
  { kind: 'jsonLines', path: 'a.jsonl' },
  { kind: 'json', path: 'a.json' },
  { kind: 'items', items: [1, 'x', null, [], JSON.parse('{"__proto__":1,"$":2}')] },
  {
    kind: 'executions',
    filter: {
      machineId: 'm',
      status: 'SUCCEEDED',
      createdFrom: 1,
      targetMachineId: 't',
      sourceState: '',
      transformer: '',
      unlinkedOnly: true,
    },
  },
];

describe('parseSourceSpec', () => {
  it('sources of every kind survive being stored as JSON in the batch’s row', () => {
    for (const spec of specs) {
      const text = JSON.stringify(spec);
      expect(JSON.stringify(parseSourceSpec(JSON.parse(text)))).toBe(text);
    }
  });

  it('an invalid source is refused with the place of each problem', () => {
    for (const [spec, message] of [
      [{ kind: 'xml', path: 'a' }, /source\.kind: /],
      [{ kind: 'csv' }, /source\.path: /],
      [{ kind: 'csv', path: 'a', delimiter: ';;' }, /source\.delimiter: .*, found ";;"/],
      [{ kind: 'json', path: 'a', columns: [] }, /source: .*"columns"/],
      [{ kind: 'items', items: {} }, /source\.items: expected an array of items/],
      [{ kind: 'executions', filter: { status: 'DONE' } }, /source\.filter\.status: .*"DONE"/],
      ['a.csv', /^source: /],
    ] as const) {
      expect(() => parseSourceSpec(spec)).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(message),
        }),
      );
    }
  });
});
