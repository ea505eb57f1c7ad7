/** docs/architecture.md has a line for each dependency, and a place for each layer. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeIn, readDocument, root, section, tableRows } from './markdown.ts';

const text = readDocument('docs/architecture.md');

describe('docs/architecture.md', () => {
  it('says of each dependency what it is for, and of no other package', () => {
    const { dependencies, devDependencies } = JSON.parse(readDocument('package.json'));
    const rows = tableRows(section(text, '## Dependencies'));

    const explained = rows.flatMap(([cell = '']) => codeIn(cell));

    const installed = Object.keys({ ...dependencies, ...devDependencies });
    expect(explained.toSorted()).toEqual(installed.toSorted());
  });

  it('names every folder of lib', () => {
    const folders = readdirSync(join(root, 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `lib/${name}/`);

    const layers = section(text, '## Layers');
    expect(folders.filter((folder) => !layers.includes(folder))).toEqual([]);
  });
});
