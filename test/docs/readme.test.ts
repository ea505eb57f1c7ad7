/**
 * Runs the README's files and commands as a newcomer would: in an empty folder, with the real
 * command line. A block with `file=NAME` is that file; one with `run` is a list of commands.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programVariables } from '../support/program-variables.ts';
import { codeBlocks, readDocument, root } from './markdown.ts';

const readme = readDocument('README.md');
const blocks = codeBlocks(readme);
const commands =
  blocks
    .find(({ note }) => note === 'run')
    ?.text.trim()
    .split('\n') ?? [];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-readme-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'millrace'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const { language, note, text } of blocks) {
    if (language !== 'sh' && note !== '') writeFileSync(join(folder, note), text);
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program on this Node, in the README's folder. */
function run(program: string, words: readonly string[]): SpawnSyncReturns<string> {
  const { POSTGRES_URL: _, STORE_DRIVER: __, MILLRACE_DATA: ___, ...inherited } = process.env;
  const env = { ...inherited, ...programVariables };
  return spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8', env });
}

function millrace(...words: string[]): SpawnSyncReturns<string> {
  return run(join(root, 'bin/millrace.js'), words);
}

/** The arguments of a line `npx millrace …`, unquoted. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  expect(words.slice(0, 2)).toEqual(['npx', 'millrace']);
  return words.slice(2);
}

describe("the README's example", () => {
  it('every command of the README succeeds with the result that the text promises', () => {
    const [validated, once, batch, described, history] = commands.map((line) => {
      const { status, stdout, stderr } = millrace(...wordsOf(line));
      expect({ line, status, stderr: status === 0 ? '' : stderr }).toMatchObject({ status: 0 });
      return stdout;
    });

    expect(validated).toContain('order.asl.json is valid');
    expect(once).toContain('"outcome": "shipped"');
    expect(batch).toMatch(/succeeded +3\n/);
    expect(batch).toMatch(/by priority( .*)? critical 1/);
    expect(described).toContain('"outcome":"cancelled","why":"CardRefused"');
    expect(history).toMatch(/LambdaFunctionFailed +CardRefused\n/);
  }, 240_000);

  it('the README installs the package before its first npx, which would ask the registry', () => {
    const [before = ''] = readme.split(/^npx millrace /m, 1);

    expect(before).toMatch(/npm install \S*millrace-\d+\.\d+\.\d+\.tgz/);
  });

  it('the program of the README runs', () => {
    const { stdout, stderr } = run('program.ts', []);

    expect(stderr).toBe('');
    expect(stdout).toMatch(/^SUCCEEDED \{ order: 'B-1', outcome: 'shipped',/);
    expect(stdout).toMatch(/SUCCEEDED 2\n$/);
  }, 240_000);
});
