/** Paths of sources: local files, and objects in buckets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SourceFiles } from '../../../lib/app/compose/source-files.ts';
import { collectAll } from '../../support/collect-all.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

it('a source reads s3:// paths from buckets and all others from local files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-sources-'));
  writeFileSync(join(folder, 'items.json'), '[1]');
  const objects = new MemoryFiles();
  objects.write('orders/items.json', '[1,2]');
  const files = new SourceFiles(objects);
  const textOf = async (path: string) =>
    Buffer.concat(await collectAll(files.open(path, 0))).toString();

  expect(await textOf('s3://orders/items.json')).toBe('[1,2]');
  expect(await textOf(join(folder, 'items.json'))).toBe('[1]');
  expect((await files.stat('s3://orders/items.json')).bytes).toBe(5);
  expect((await files.stat(join(folder, 'items.json'))).bytes).toBe(3);
  rmSync(folder, { recursive: true });
});
