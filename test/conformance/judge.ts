/**
 * `node test/conformance/judge.ts CONFORMANCE_DIR`: runs the cases of that folder, checks the
 * documents against the recording with its comparator, and fails when fewer cases match than in
 * `recorded-count.json`. When more cases match, it asks for that count to be raised.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Count, verdictOn } from './verdict.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node test/conformance/judge.ts CONFORMANCE_DIR');
  process.exit(2);
}
const recorded: Count = JSON.parse(
  readFileSync(new URL('recorded-count.json', import.meta.url), 'utf8'),
);
const { holds, message } = verdictOn(measure(folder), recorded);
console.log(message);
process.exitCode = holds ? 0 : 1;

function measure(conformance: string): Count {
  const out = mkdtempSync(join(tmpdir(), 'millrace-conformance-'));
  try {
    const run = new URL('run.ts', import.meta.url).pathname;
    const cases = join(conformance, 'cases');
    execFileSync(process.execPath, [run, cases, out], { stdio: 'inherit' });
    const comparator = join(conformance, 'compare.mjs');
    const report = execFileSync(process.execPath, [comparator, cases, out, '--json'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    return JSON.parse(report).total;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
