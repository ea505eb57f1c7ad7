/**
 * Keeps bundles small: what a function loads at a cold start is waited for. That is its module and
 * what it imports; what it imports by need is loaded then, and counts there.
 */
import type { Metafile } from 'esbuild';
import { MillraceError } from '../../errors.ts';

/** The most that a function may load at a cold start, in bytes. */
const bundleBytesMax = 1_048_576;

/** How many inputs are named of a bundle that is too large. */
const named = 8;

/**
 * Bytes that the function loads at a cold start. Throws INVALID_CONFIGURATION when they are too
 * many, with what they are.
 */
export function checkSize(
  name: string,
  { outputs }: Metafile,
  bytesMax: number = bundleBytesMax,
): number {
  const loaded = loadedOf(outputs);
  const bytes = loaded.reduce((sum, output) => sum + output.bytes, 0);
  if (bytes <= bytesMax) return bytes;
  const largest = packagesOf(loaded)
    .slice(0, named)
    .map(([source, size]) => `  ${source}: ${inKilobytes(size)}`);
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the function ${name} would load ${inKilobytes(bytes)} at a cold start and may load ` +
      `${inKilobytes(bytesMax)}; the largest of it are\n${largest.join('\n')}\n` +
      'import less in the configuration and its handlers, import by need (await import), put ' +
      'packages into a layer (bundling.external), or allow more (bundling.bytesMax)',
    { fields: { function: name, bytes } },
  );
}

type Output = Metafile['outputs'][string];

/** The module that has the handler, and what it cannot start without. */
function loadedOf(outputs: Metafile['outputs']): Output[] {
  const [entry] =
    Object.entries(outputs).find(([, each]) => each.exports.includes('handler')) ?? [];
  const loaded = new Map<string, Output>();
  const open = entry === undefined ? [] : [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const output = outputs[path];
    if (output === undefined || loaded.has(path)) continue;
    loaded.set(path, output);
    const needed = output.imports.filter(({ kind }) => kind === 'import-statement');
    open.push(...needed.map((each) => each.path));
  }
  return [...loaded.values()];
}

/** Bytes by package, or by folder of the sources; the largest first. */
function packagesOf(loaded: readonly Output[]): [string, number][] {
  const sizes = new Map<string, number>();
  for (const { inputs } of loaded) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const source = sourceOf(path);
      sizes.set(source, (sizes.get(source) ?? 0) + bytesInOutput);
    }
  }
  return [...sizes].sort(([, a], [, b]) => b - a);
}

function sourceOf(path: string): string {
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  return inPackage ?? path.split('/').slice(0, 2).join('/');
}

function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_024).toLocaleString('en')} KB`;
}
