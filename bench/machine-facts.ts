/** What a figure depends on beside the program: the machine, and versions of what runs on it. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { ServerFacts } from './databases.ts';

/** The machine at hand. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly pglite: string;
  /** Null when the measurement did not use it. */
  readonly postgres: ServerFacts | null;
}

/** Reads the facts of this machine. */
export function machineFacts(postgres: ServerFacts | null): MachineFacts {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    pglite: versionOf('@electric-sql/pglite'),
    postgres,
  };
}

/** The version of a package that is installed here. */
export function versionOf(name: string): string {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
