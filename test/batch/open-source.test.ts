/** Opening the source that a document describes, with real files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSource } from '../../lib/batch/open-source.ts';
import type { SourceSpec } from '../../lib/batch/source-spec.ts';
import { LocalFiles } from '../../lib/drivers/system/local-files.ts';
import { contents, readAnew } from '../support/read-source.ts';

const files = new LocalFiles();
const store = {
  listForChaining: async () => ({ entries: [{ id: 'e', name: 'n', output: '3' }], next: null }),
  readHistory: async () => [],
};

describe('openSource', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-source-'));
    writeFileSync(join(folder, 'a.csv'), '\ufeffn\r\n1\r\n2\r\n3\r\n');
    writeFileSync(join(folder, 'a.jsonl'), '1\n2\n3\n');
    writeFileSync(join(folder, 'a.json'), '[1, 2, 3]');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const cases: [() => SourceSpec, unknown[]][] = [
    [() => ({ kind: 'csv', path: join(folder, 'a.csv') }), [{ n: '1' }, { n: '2' }, { n: '3' }]],
    [() => ({ kind: 'jsonLines', path: join(folder, 'a.jsonl') }), [1, 2, 3]],
    [() => ({ kind: 'json', path: join(folder, 'a.json') }), [1, 2, 3]],
    [() => ({ kind: 'items', items: [1, 2, 3] }), [1, 2, 3]],
    [
      () => ({
        kind: 'executions',
        filter: { targetMachineId: 't', sourceState: '', transformer: '', unlinkedOnly: true },
      }),
      [3],
    ],
  ];

  it('openSource opens every kind of source, also at a saved cursor', async () => {
    for (const [spec, expected] of cases) {
      const make = () => openSource(spec(), { files, store });
      expect(contents(await readAnew(make, 2))).toEqual(expected);
    }
  });

  it('a missing source file is reported with its path by the first read', async () => {
    const path = join(folder, 'missing.csv');
    const source = openSource({ kind: 'csv', path }, { files, store });

    await expect(source.read(null, 1)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining(path),
    });
  });
});
