/**
 * `npm run conformance -- CASES_DIR OUT_DIR`: runs every case below CASES_DIR and writes its result
 * to the same path below OUT_DIR, for a comparator to check against the recording. A case that
 * throws is printed and counted, and sets the exit status to 1: invalid input must be rejected, not
 * crash.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { documentFor } from './document.ts';
import { readCase } from './recorded-case.ts';

const [casesDir, outDir] = process.argv.slice(2);
if (casesDir === undefined || outDir === undefined) {
  console.error('usage: npm run conformance -- CASES_DIR OUT_DIR');
  process.exit(2);
}
process.exitCode = (await runAll(casesDir, outDir)) > 0 ? 1 : 0;

/** Returns the number of cases that threw. */
async function runAll(from: string, to: string): Promise<number> {
  const started = performance.now();
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort();
  let written = 0;
  let thrown = 0;
  for (const file of files) {
    try {
      const document = await documentFor(readCase(join(from, file)));
      if (document === undefined) continue;
      write(join(to, file), document);
      written += 1;
    } catch (error) {
      thrown += 1;
      console.error(`${file}:`, error);
    }
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`${files.length} cases, ${written} run, ${thrown} threw, in ${seconds} s`);
  return thrown;
}

function write(file: string, document: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(document, null, 1));
}
