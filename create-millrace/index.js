#!/usr/bin/env node
/** `npm create millrace` is `millrace init`. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const manifest = createRequire(import.meta.url).resolve('millrace/package.json');
process.argv.splice(2, 0, 'init');
await import(pathToFileURL(join(dirname(manifest), 'bin/millrace.js')).href);
