/**
 * Runs the commands of docs/first-hour.md in an empty folder, in their order. They run in this
 * process, as their shell would call them; only `npm test` starts one.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { call, folderWith } from '../cli/cli-call.ts';
import { keepDatabasesOpen } from '../support/kept-databases.ts';
import { codeBlocks, readDocument, root } from './markdown.ts';

keepDatabasesOpen();

/** What a command prints, by its line; a line that runs twice prints the second text then. */
const printed: Readonly<Record<string, readonly RegExp[]>> = {
  'millrace init shop --yes': [/order\.test\.ts\n[\s\S]*npm install\n/],
  'npm start': [/succeeded +3\n/, /left out +3: earlier executions have their names/],
  'npx millrace execution list --limit 5': [/SUCCEEDED[\s\S]*SUCCEEDED[\s\S]*SUCCEEDED/],
  'npx millrace execution get order:A-2': [/"outcome":"cancelled","why":"CardRefused"/],
  'npx millrace execution history order:A-2': [/LambdaFunctionFailed +CardRefused\n/],
  'npx millrace machine graph order.asl.json': [/Charge[\s\S]*Cancel/],
  'npx millrace validate order.asl.json': [/is valid/],
  'npm test': [/pass 3\n/],
  'npx millrace archive list': [/no archived task matches/],
  'npx millrace archive redrive --all --dry-run': [/0 would be redriven/],
};

const lines = codeBlocks(readDocument('docs/first-hour.md'))
  .filter(({ note }) => note === 'run')
  .flatMap(({ text }) => text.trim().split('\n'));

it('every command of the first hour does what the text says, in an empty folder', async () => {
  const above = folderWith({});
  const folder = join(above, 'shop');
  const seen = new Map<string, number>();

  for (const line of lines) {
    const isFirst = line.startsWith('millrace init');
    const { status, stdout, stderr } = await run(line, isFirst ? above : folder);
    if (isFirst) install(folder);
    const times = seen.get(line) ?? 0;
    seen.set(line, times + 1);

    const expected = line === 'npm start' && times === 1 ? 1 : 0;
    expect({ line, status, stderr: status === expected ? '' : stderr }).toEqual({
      line,
      status: expected,
      stderr: '',
    });
    expect(stdout).toMatch(printed[line]?.[times] ?? /./);
  }

  expect([...seen.keys()]).toEqual(expect.arrayContaining(Object.keys(printed)));
}, 120_000);

/** Stands for `npm install`: the package of the project is this checkout. */
function install(folder: string): void {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'millrace'), 'junction');
}

function run(line: string, folder: string) {
  if (line === 'npm test') return runTests(folder);
  const words = line === 'npm start' ? startWords(folder) : wordsOf(line);
  // The data are in the current folder, which is another one here.
  const data = /^(init|validate|machine)$/.test(words[0] ?? '') ? [] : ['--data', `${folder}/data`];
  return call([...words, ...data], { folder });
}

/** The words of the script that `npm start` runs. */
function startWords(folder: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return wordsOf(scripts.start);
}

/** The arguments of a line `npx millrace …`, unquoted. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  return words.slice(words.indexOf('millrace') + 1);
}

function runTests(folder: string) {
  const options = ['--conditions=millrace-source', '--test', '--test-reporter=spec'];
  return spawnSync(process.execPath, options, { cwd: folder, encoding: 'utf8' });
}
