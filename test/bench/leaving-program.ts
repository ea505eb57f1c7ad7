/**
 * A program that leaves a process, which holds its output, and a file: `node leaving-program.ts
 * <return|throw|exit|wait>`. It prints the folder of the file and ends as the word says.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'left-'));
const child = spawn('sleep', ['3600'], { stdio: ['ignore', 'inherit', 'inherit'] });
await once(child, 'spawn');
child.unref();
process.stdout.write(`${folder}\n`);
const [, , how] = process.argv;
if (how === 'throw') throw new Error('as the test asked');
if (how === 'exit') process.exit(3);
if (how === 'wait') setInterval(() => {}, 3_600_000);
