/**
 * Runs the files and commands of docs/testing.md and docs/coming-from-step-functions.md. A block
 * with `run` is a command, and the block `output` after it is what it prints.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, folderWith } from '../cli/cli-call.ts';
import { compileCacheVariables } from '../support/compile-cache.ts';
import { codeBlocks, codeIn, readDocument, root, section, tableRows } from './markdown.ts';

/** Creates a folder with the files of a document. */
function folderOf(document: string): string {
  const files = codeBlocks(document).flatMap(({ note, text }) =>
    /^\S+\.\w+$/.test(note) ? [[note, text] as const] : [],
  );
  return folderWith({ 'package.json': '{"type": "module"}', ...Object.fromEntries(files) });
}

/** Runs the commands `millrace …` of a document in order, and compares what they print. */
async function runCommands(document: string, folder: string): Promise<number> {
  const blocks = codeBlocks(document);
  let compared = 0;
  for (const [index, { note, text }] of blocks.entries()) {
    const [program, ...words] = text.trim().split(' ');
    if (!note.startsWith('run') || program !== 'millrace') continue;
    const { status, stdout } = await call(words, { folder });
    expect({ text, status }).toEqual({ text, status: note === 'run fails' ? 1 : 0 });
    const next = blocks[index + 1];
    if (next?.note !== 'output') continue;
    expect(stdout).toBe(next.text);
    compared += 1;
  }
  return compared;
}

describe('docs/testing.md', () => {
  const document = readDocument('docs/testing.md');

  it('the commands of docs/testing.md print what the text shows', async () => {
    expect(await runCommands(document, folderOf(document))).toBe(2);
  });

  it('the tests of docs/testing.md pass in node:test', () => {
    const folder = folderOf(document);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'millrace'), 'junction');
    const words = ['--conditions=millrace-source', '--test', 'order.test.js'];
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const env = { ...inherited, ...compileCacheVariables };

    const { stdout, status } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: 'utf8',
      env,
    });

    expect({ stdout, status }).toMatchObject({ status: 0 });
    expect(stdout).toContain('pass 2');
  }, 60_000);

  it('docs/testing.md lists the assertions of a run', async () => {
    const { MachineRun } = await import('../../lib/testing/machine-run.ts');
    const rows = tableRows(section(document, '## Assertions'));

    const listed = rows.flatMap(([cell = '']) => codeIn(cell)).map((code) => code.split('(')[0]);

    expect(listed.toSorted()).toEqual(
      Object.getOwnPropertyNames(MachineRun.prototype)
        .filter((name) => name !== 'constructor')
        .toSorted(),
    );
  });
});

it('the commands of docs/coming-from-step-functions.md print what the text shows', async () => {
  const document = readDocument('docs/coming-from-step-functions.md');
  const folder = folderOf(document);

  expect(await runCommands(document, folder)).toBe(4);
});
