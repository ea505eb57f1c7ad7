/** Links of the documents to one another and to files lead somewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, documentPaths, linksIn, readDocument, root } from './markdown.ts';

function brokenLinks(path: string): string[] {
  const text = readDocument(path);
  return linksIn(text)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const full = file === '' ? join(root, path) : resolve(root, dirname(path), file);
      if (!existsSync(full)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(full, 'utf8')).has(anchor);
    });
}

describe('the documents', () => {
  it('the documents of docs/ and of the example are found', () => {
    expect(documentPaths()).toEqual(
      expect.arrayContaining([
        'README.md',
        'docs/architecture.md',
        'examples/wildlife-strikes/README.md',
      ]),
    );
  });

  it.each(documentPaths())('every link of %s leads to a file and heading that exist', (path) => {
    expect(brokenLinks(path)).toEqual([]);
  });

  it('no document names a path of the machine it was written on', () => {
    const places = documentPaths().filter((path) =>
      /\/(?:home|Users|tmp)\//.test(readDocument(path)),
    );

    expect(places).toEqual([]);
  });
});
