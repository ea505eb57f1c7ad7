/** Files that change below the folder of an app. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isCode, watchFiles } from '../../../lib/cli/dev/watch-files.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { folderWith } from '../cli-call.ts';

/** Watches a folder; `next` resolves with the names of the files that change next. */
function follow(folder: string): { next: () => Promise<string[]> } {
  let resolve: (names: string[]) => void = () => {};
  const stop = watchFiles({
    folder,
    matters: isCode,
    onChange: (paths) => resolve(paths.map((path) => basename(path))),
    clock: systemClock,
    logger: console,
  });
  onTestFinished(stop);
  const next = () =>
    new Promise<string[]>((done) => {
      resolve = done;
    });
  return { next };
}

it('changed code is noticed, also in a folder that is new; data and packages are not', async () => {
  const folder = folderWith({ 'a.ts': '', 'node_modules/b/index.js': '' });
  const { next } = follow(folder);

  const first = next();
  writeFileSync(join(folder, 'results.json'), '{}');
  writeFileSync(join(folder, 'node_modules/b/index.js'), 'changed');
  writeFileSync(join(folder, 'a.ts'), 'changed');
  expect(await first).toEqual(['a.ts']);

  const second = next();
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'a.ts'), 'changed again');
  expect(await second).toEqual(['a.ts']);

  const third = next();
  writeFileSync(join(folder, 'lib', 'c.ts'), '');
  expect(await third).toEqual(['c.ts']);
});

it.each([
  ['a.ts', true],
  ['a.mjs', true],
  ['types.d.ts', false],
  ['orders.jsonl', false],
  ['.env', false],
])('the file %s is code: %s', (name, answer) => {
  expect(isCode(name)).toBe(answer);
});
