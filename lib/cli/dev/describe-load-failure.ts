import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLineFinder } from '../../asl/json/line-finder.ts';
import { InvalidDefinition } from '../../asl/validate/invalid-definition.ts';
import { messageOf } from '../../errors.ts';

/**
 * Describes why an app could not be loaded: `handlers.ts:12: Unexpected token ')'`. The place is
 * the first in the folder that the error, or what caused it, names; in a definition, that of the
 * first problem.
 */
export function describeLoadFailure(error: unknown, folder: string): string {
  if (error instanceof InvalidDefinition) return describeDefinition(error, folder);
  const place = findErrorPlace(error, folder);
  if (place === null) return firstLine(messageOf(error));
  return `${place}: ${firstLine(messageOf(rootCause(error)))}`;
}

function describeDefinition(error: InvalidDefinition, folder: string): string {
  const errors = error.diagnostics.filter(({ severity }) => severity === 'ERROR');
  const [first] = errors;
  const { source } = error.fields;
  if (first === undefined || typeof source !== 'string') return firstLine(messageOf(error));
  const line = createLineFinder(readFileSync(source, 'utf8'))(first.location ?? '');
  const others = errors.length - 1;
  const more =
    others === 0 ? '' : `; ${others} more: millrace validate ${relative(folder, source)}`;
  const place = `${relative(folder, source)}${line === undefined ? '' : `:${line}`}`;
  return `${place}: ${first.message}${more}`;
}

/** Errors nest only a few times. */
const depthMax = 10;

function rootCause(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < depthMax && root instanceof Error; depth += 1) {
    if (root.cause === undefined) break;
    root = root.cause;
  }
  return root;
}

/** A path or an address of a file with a line, as stacks and compilers name them. */
const placePattern = /((?:file:\/\/)?\/[^\s:()?'"]+)(?:\?[^\s:()]*)?:(\d+)/g;

/** Returns the first place in a folder that an error or its causes name: `handlers.ts:12`. */
export function findErrorPlace(error: unknown, folder: string): string | null {
  let at = error;
  for (let depth = 0; depth < depthMax && at instanceof Error; depth += 1) {
    for (const [, path = '', line] of (at.stack ?? '').matchAll(placePattern)) {
      const name = relative(folder, path.startsWith('file:') ? fileURLToPath(path) : path);
      if (!name.startsWith('..') && !name.includes('node_modules')) return `${name}:${line}`;
    }
    at = at.cause;
  }
  return null;
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').trim();
}
