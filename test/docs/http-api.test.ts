/** docs/http-api.md lists every operation and every problem code, and its program runs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contract } from '../../lib/api/contract/contract.ts';
import type { Operation } from '../../lib/api/contract/operation.ts';
import { problemStatuses } from '../../lib/api/problem.ts';
import { programVariables } from '../support/program-variables.ts';
import { codeBlocks, codeIn, readDocument, root, section, tableRows } from './markdown.ts';

const text = readDocument('docs/http-api.md');
const operations: [string, Operation][] = Object.entries(contract);

describe('docs/http-api.md', () => {
  it('docs/http-api.md lists the operations of the contract', () => {
    const listed = tableRows(section(text, '## Operations'));

    expect(listed).toEqual(
      operations.map(([name, { method, path, summary }]) => [
        `\`${method} ${path}\``,
        `\`${name}\``,
        summary,
      ]),
    );
  });

  it('docs/http-api.md lists the problem codes with their status', () => {
    const rows = tableRows(section(text, '## Problems'));

    const listed = rows.flatMap(([status, codes = '']) =>
      codeIn(codes).map((code) => [code, Number(status)] as const),
    );
    expect(Object.fromEntries(listed)).toEqual(problemStatuses);
  });

  it('the examples of docs/http-api.md call operations that exist', () => {
    const called = [...text.matchAll(/^millrace '?(\/[\w/-]+)/gm)].map(([, path = '']) => path);

    const paths = new Set(operations.map(([, { path }]) => path));
    expect(called.filter((path) => !paths.has(path))).toEqual([]);
    expect(called.length).toBeGreaterThan(3);
  });

  it('the program of docs/http-api.md serves the API', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-http-api-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'millrace'), 'junction');
    const program = codeBlocks(text).find(({ note }) => note === 'serve.ts');
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(folder, 'serve.ts'), program?.text ?? '');

    const { PATH = '' } = process.env;
    const env = { PATH, ...programVariables };
    const ran = spawnSync(process.execPath, ['serve.ts'], { cwd: folder, env });

    expect(`${ran.stderr}${ran.stdout}`).toBe('ada 201 true\nbob 403 FORBIDDEN\n');
  });
});
