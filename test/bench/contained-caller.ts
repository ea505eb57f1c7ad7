/** A program that runs another one as benchmarks are run: `node contained-caller.ts <program>`. */
import { pathToFileURL } from 'node:url';
import { runContained } from '../../bench/contained-run.ts';

const [, , path = ''] = process.argv;
await runContained(pathToFileURL(path), ['wait']);
