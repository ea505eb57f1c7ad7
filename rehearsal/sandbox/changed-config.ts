/** The configurations of the releases that a sandbox deploys. */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SandboxRelease } from './sandbox-cloud.ts';

/** A layer that no account has. */
const missingLayer = 'arn:aws:lambda:us-east-1:000000000000:layer:millrace-sandbox:1';

/** What a release changes in `deployment` and beside it, as code. */
const changes: Readonly<Record<Exclude<SandboxRelease, 'first'>, string>> = {
  'changed queue': `queues: { ...queues, sandbox: 1 },
  deployment: { ...app.deployment, queues: { ...app.deployment?.queues, [first]: { batchSize: 7 } } },`,
  broken: `queues: { ...queues, sandbox: 1 },
  deployment: { ...app.deployment, layers: ['${missingLayer}'] },`,
};

/**
 * Writes the configuration of a release beside the app's own, so that relative paths mean the same.
 * Returns its path, and a function that removes it.
 */
export function writeRelease(
  config: string,
  release: SandboxRelease,
): { readonly path: string; remove(): void } {
  if (release === 'first') return { path: config, remove: () => {} };
  const path = join(dirname(config), `.millrace-sandbox-${release.replace(' ', '-')}.config.mjs`);
  writeFileSync(
    path,
    `import app from './${basename(config)}';
const queues = app.queues ?? { critical: 6, default: 3, low: 1 };
const [first] = Object.keys(queues);
// Batches run again over the same items, whose names would be taken.
const batches = Object.entries(app.batches ?? {}).map(([name, { item, options, ...batch }]) => {
  const { name: _taken, ...mapping } = item ?? {};
  const { namePrefix: _prefix, ...others } = options ?? {};
  return [name, { ...batch, item: mapping, options: others }];
});
export default {
  ...app,
  batches: Object.fromEntries(batches),
  ${changes[release]}
};
`,
  );
  return { path, remove: () => rmSync(path, { force: true }) };
}
