/** The documents on the architecture name each dependency and each layer. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeIn, readDocument, root, section, tableRows } from './markdown.ts';

describe('the documents on the architecture', () => {
  it('docs/decisions/project.md explains each dependency and no other package', () => {
    const text = readDocument('docs/decisions/project.md');
    const { dependencies, devDependencies } = JSON.parse(readDocument('package.json'));
    const rows = tableRows(section(text, '## Dependencies'));

    const explained = rows.flatMap(([cell = '']) => codeIn(cell));

    const installed = Object.keys({ ...dependencies, ...devDependencies });
    expect(explained.toSorted()).toEqual(installed.toSorted());
  });

  it('docs/architecture.md names every folder of lib', () => {
    const text = readDocument('docs/architecture.md');
    const folders = readdirSync(join(root, 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `lib/${name}/`);

    const layers = section(text, '## Layers');
    expect(folders.filter((folder) => !layers.includes(folder))).toEqual([]);
  });

  it('the ways through the code in docs/architecture.md name files that exist', () => {
    const ways = section(readDocument('docs/architecture.md'), '## Two ways through the code');
    const files = codeIn(ways).filter((code) => /^[\w/.-]+\/[\w.-]+$/.test(code));
    const missing = files.filter((file) =>
      ['', 'lib/'].every((folder) =>
        ['', '.ts'].every((ending) => !existsSync(join(root, `${folder}${file}${ending}`))),
      ),
    );

    expect(files.length).toBeGreaterThan(60);
    expect(missing).toEqual([]);
  });
});
