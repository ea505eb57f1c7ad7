/** The server's README names every option, every fault and every limit. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { awsLimits } from '../../../rehearsal/data-api-server/limits.ts';

const read = (name: string) =>
  readFileSync(new URL(`../../../rehearsal/data-api-server/${name}`, import.meta.url), 'utf8');

describe('the README of the Data API server', () => {
  const readme = read('README.md');

  it('the README of the Data API server names every limit', () => {
    const missing = Object.keys(awsLimits).filter((name) => !readme.includes(`\`${name}\``));

    expect(missing).toEqual([]);
  });

  it('the README of the Data API server names every option, flag and fault', () => {
    const [, options = ''] =
      /interface DataApiServerOptions \{([^}]*)\}/.exec(read('server.ts')) ?? [];
    const [, kinds = ''] = /type CallFaultKind =([^;]*);/.exec(read('call-faults.ts')) ?? [];
    const names = [
      ...[...options.matchAll(/readonly (\w+)\??:/g)].map(([, name]) => `\`${name}\``),
      ...[...read('main.ts').matchAll(/--[a-z-]+(?= )/g)].map(([flag]) => `\`${flag}\``),
      ...[...kinds.matchAll(/'([\w-]+)'/g)].map(([, kind]) => `failNext('${kind}')`),
    ];

    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !readme.includes(name))).toEqual([]);
  });
});
