import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Comment, type Program, parseSync } from 'oxc-parser';

/**
 * A source file for the style rules, parsed with its comments. The parser is oxc, which reads a few
 * hundred files in a fraction of a second; TypeScript 7 has no API for syntax trees yet.
 */
export interface SourceFile {
  /** The path from the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** Returns the line, from 1, of an offset in the text. */
  lineAt(offset: number): number;
}

/** The folders with sources. */
const folders = [
  'lib',
  'functions',
  'bin',
  'rehearsal',
  'dashboard',
  'bench',
  'examples',
  'monitoring',
  'test',
];

const sourceName = /\.(?:ts|tsx|js|mjs)$/;

/** Reads every source file below `root`, sorted by path. */
export function readSourceFiles(root: string): SourceFile[] {
  const paths = folders.flatMap((folder) => listFiles(root, folder)).sort();
  return paths.map((path) => parseSourceFile(path, readFileSync(join(root, path), 'utf8')));
}

/** Parses one file. Throws with its path when it has a syntax error. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const lines = text.split('\n');
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  return { path, text, lines, program, comments, lineAt: (offset) => lineIn(starts, offset) };
}

/** Whether `path` is in one of the folders. */
export function isIn(path: string, ...parents: string[]): boolean {
  return parents.some((parent) => path.startsWith(`${parent}/`));
}

function listFiles(root: string, folder: string): string[] {
  try {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && sourceName.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((path) => !/(?:^|\/)(?:node_modules|dist)\//.test(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Counts the line starts at or before `offset`, by binary search. */
function lineIn(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
