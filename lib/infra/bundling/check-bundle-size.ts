import type { Metafile } from 'esbuild';
import { MillraceError } from '../../errors.ts';

/**
 * Default maximum of what a function loads at a cold start, in bytes. The leader of an app without
 * packages of its own loads about 1.1 MB.
 */
const bundleBytesMax = 1_310_720;

/** Number of packages that are listed for a bundle that is too large. */
const packagesListed = 8;

/**
 * Returns how many bytes a function loads at a cold start, which delay its first invocation: its
 * module and static imports, but not dynamic ones. Throws INVALID_CONFIGURATION with the largest
 * packages when they exceed `bytesMax`.
 */
export function checkBundleSize(
  name: string,
  { outputs }: Metafile,
  bytesMax: number = bundleBytesMax,
): number {
  const loaded = findLoaded(outputs);
  const bytes = loaded.reduce((sum, output) => sum + output.bytes, 0);
  if (bytes <= bytesMax) return bytes;
  const largest = sumByPackage(loaded)
    .slice(0, packagesListed)
    .map(([source, size]) => `  ${source}: ${inKilobytes(size)}`);
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the function ${name} would load ${inKilobytes(bytes)} at a cold start and may load ` +
      `${inKilobytes(bytesMax)}; the largest packages are\n${largest.join('\n')}\n` +
      'import less in the configuration and its handlers, import on demand (await import), put ' +
      'packages into a layer (bundling.external), or raise the limit (bundling.bytesMax)',
    { fields: { function: name, bytes } },
  );
}

type Output = Metafile['outputs'][string];

/** Returns the module with the handler, and everything that it imports statically. */
function findLoaded(outputs: Metafile['outputs']): Output[] {
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

/** Returns bytes by package, or by folder of the sources; the largest first. */
function sumByPackage(loaded: readonly Output[]): [string, number][] {
  const sizes = new Map<string, number>();
  for (const { inputs } of loaded) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const source = findPackage(path);
      sizes.set(source, (sizes.get(source) ?? 0) + bytesInOutput);
    }
  }
  return [...sizes].sort(([, a], [, b]) => b - a);
}

function findPackage(path: string): string {
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  return inPackage ?? path.split('/').slice(0, 2).join('/');
}

function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_024).toLocaleString('en')} KB`;
}
