/** The machine and the software versions that a figure depends on. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { ServerFacts } from './databases.ts';

/** The machine that the benchmark runs on. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly pglite: string;
  /** Null when the measurement did not use the server. */
  readonly postgres: ServerFacts | null;
}

/** Describes this machine. */
export function readMachineFacts(postgres: ServerFacts | null): MachineFacts {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    pglite: readPackageVersion('@electric-sql/pglite'),
    postgres,
  };
}

/** Reads the version of an installed package. */
export function readPackageVersion(name: string): string {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
