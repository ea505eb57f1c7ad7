/** The built page: its size, and what must not be in it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const firstLoadMax = 130 * 1_024;
const pageMax = 250 * 1_024;

/** A file of the build in Vite's manifest. */
interface BuiltChunk {
  readonly file: string;
  readonly src?: string;
  readonly isEntry?: boolean;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

let folder: string;
let manifest: Readonly<Record<string, BuiltChunk>>;
const contents = new Map<string, Buffer>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-page-'));
  const vite = dirname(createRequire(import.meta.url).resolve('vite/package.json'));
  const words = ['build', join(root, 'dashboard'), '--outDir', folder, '--emptyOutDir'];
  await promisify(execFile)(
    process.execPath,
    [join(vite, 'bin/vite.js'), ...words, '--manifest', '--logLevel', 'error'],
    { cwd: root },
  );
  manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8'));
  for (const name of ['index.html', ...(await readdir(join(folder, 'assets')))]) {
    const path = name === 'index.html' ? name : `assets/${name}`;
    contents.set(path, await readFile(join(folder, path)));
  }
}, 180_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Returns what a chunk brings along: its static imports, and their styles. */
function filesOf(key: string, seen = new Set<string>()): ReadonlySet<string> {
  const chunk = manifest[key];
  if (chunk === undefined || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const each of chunk.imports ?? []) filesOf(each, seen);
  return seen;
}

function gzipBytes(paths: Iterable<string>): number {
  let sum = 0;
  for (const path of new Set(paths)) {
    const content = contents.get(path);
    if (content === undefined) throw new Error(`${path} is in the manifest, but was not built`);
    sum += gzipSync(content, { level: 9 }).length;
  }
  return sum;
}

function entryKey(): string {
  const key = Object.keys(manifest).find((each) => manifest[each]?.isEntry);
  if (key === undefined) throw new Error('the manifest has no entry');
  return key;
}

function textsOf(pattern: RegExp): [path: string, text: string][] {
  return [...contents]
    .filter(([path]) => pattern.test(path))
    .map(([path, content]) => [path, content.toString('utf8')]);
}

describe('the size of the page', () => {
  it('the first load has at most 130 KiB, gzipped', () => {
    const bytes = gzipBytes(['index.html', ...filesOf(entryKey())]);

    expect(bytes).toBeLessThanOrEqual(firstLoadMax);
  });

  it('each screen has at most 250 KiB with everything that it may load, gzipped', () => {
    const entry = entryKey();
    const screens = (manifest[entry]?.dynamicImports ?? []).filter((key) =>
      /-screen\.tsx$/.test(key),
    );
    const sizes = screens.map((key) => {
      const later = (manifest[key]?.dynamicImports ?? []).flatMap((each) => [...filesOf(each)]);
      return [
        key,
        gzipBytes(['index.html', ...filesOf(entry), ...filesOf(key), ...later]),
      ] as const;
    });

    expect(sizes.length).toBeGreaterThan(10);
    expect(sizes.filter(([, bytes]) => bytes > pageMax)).toEqual([]);
  });
});

describe('what the page is made of', () => {
  it('the page contains no code that evaluates a text', () => {
    const evaluating = textsOf(/\.js$/).filter(([, text]) =>
      /\beval\s*\(|\bnew Function\b|[^.\w]Function\s*\(/.test(text),
    );

    expect(evaluating.map(([path]) => path)).toEqual([]);
  });

  it('the page names no other origin', () => {
    // Names of XML namespaces, and the address in the texts of React's errors: nothing loads them.
    const known = /^http:\/\/www\.w3\.org\/|^https:\/\/react\.dev\/errors\//;
    const found = textsOf(/\.(?:js|css|html|svg)$/).flatMap(([path, text]) =>
      [...text.matchAll(/\b(?:https?|wss?):\/\/[\w.-]+\.[a-z][^\s"'`)]*/g)]
        .filter(([address]) => !known.test(address))
        .map(([address]) => `${path}: ${address}`),
    );

    expect(found).toEqual([]);
  });

  it('every address is relative to the base that the server writes', () => {
    const html = contents.get('index.html')?.toString('utf8') ?? '';
    const [base, ...addresses] = [...html.matchAll(/\b(?:href|src)="([^"]*)"/g)].map(
      ([, each]) => each,
    );
    const absolute = textsOf(/\.(?:js|css)$/).flatMap(([path, text]) =>
      [...text.matchAll(/["'`(]\/(?:assets|src)\/[^"'`)]*/g)].map(([each]) => `${path}: ${each}`),
    );

    expect(base).toBe('/');
    expect(html.match(/<base /g)).toHaveLength(1);
    expect(addresses.length).toBeGreaterThan(1);
    expect(addresses.filter((each) => !each?.startsWith('./assets/'))).toEqual([]);
    expect(absolute).toEqual([]);
  });

  it('nothing is inline: neither scripts nor styles nor images', () => {
    const html = contents.get('index.html')?.toString('utf8') ?? '';

    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    expect(textsOf(/\.css$/).filter(([, text]) => /url\(["']?data:/.test(text))).toEqual([]);
  });

  it('every file but the page itself has the hash of its content in its name', () => {
    const names = [...contents.keys()].filter((path) => path !== 'index.html');

    expect(names.filter((path) => !/^assets\/[\w.-]+-[\w-]{8}\.\w+$/.test(path))).toEqual([]);
  });

  it('the library of schemas of the API stays out of the page', () => {
    const withSchemas = textsOf(/\.js$/).filter(([, text]) =>
      /strictObject|ZodError|invalid_type/.test(text),
    );

    expect(withSchemas.map(([path]) => path)).toEqual([]);
  });
});
