/**
 * Checks docker-compose.local.yml and the Dockerfile without Docker: no data may be evicted or
 * lost, no port is published beyond this machine, and every command exists in the CLI.
 */

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../../lib/cli/program.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import { workerDefaults } from '../../lib/roles/worker.ts';
import { codeIn, readDocument, root, section, tableRows } from './markdown.ts';

/** The keys of a service that the tests read. */
interface Service {
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly container_name?: string;
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const text = readDocument('docker-compose.local.yml');
const compose: ComposeFile = parse(text, { merge: true });
const dockerfile = readDocument('Dockerfile');
const services = Object.entries(compose.services);
const own = services.filter(([, { build }]) => build !== undefined);

function service(name: string): Service {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

/** The command that `millrace WORDS` resolves to, without options. */
async function commandOf(words: readonly string[]): Promise<string> {
  let help = '';
  const take = { write: (piece: string) => (help += piece) };
  const interrupted = new AbortController().signal;
  const io = { stdout: take, stderr: take, folder: root, readStdin: async () => '', interrupted };
  await runCli(io, [...words, '--help']);
  return /^Usage: (\S+(?: [a-z-]+)*)/.exec(help)?.[1] ?? '';
}

describe('docker-compose.local.yml', () => {
  it('the compose file starts a leader, workers and their servers', () => {
    expect(services.map(([name]) => name).toSorted()).toEqual([
      'leader',
      'postgres',
      'redis',
      'redis-rest',
      'worker',
    ]);
    expect(own.map(([name]) => name)).toEqual(['leader', 'worker']);
  });

  it('the Redis of the compose file persists its data and refuses writes when it is full', () => {
    const { command = [] } = service('redis');
    const option = (name: string) => command[command.indexOf(name) + 1];

    expect(option('--appendonly')).toBe('yes');
    expect(option('--maxmemory-policy')).toBe('noeviction');
    expect(option('--maxmemory')).toMatch(/^\$\{\w+:-\d+mb\}$/);
  });

  it('the compose file keeps data in named volumes', () => {
    const kept = ['postgres', 'redis'].map((name) => service(name).volumes?.[0]?.split(':')[0]);

    expect(kept).toEqual(Object.keys(compose.volumes));
  });

  it('the compose file publishes ports on loopback only, each set by a variable', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);

    expect(published).toHaveLength(3);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+:-\d+\}:\d+$/);
  });

  it('every service of the compose file has a health check and restarts', () => {
    for (const [name, { healthcheck, restart }] of services) {
      expect({ name, restart, test: healthcheck?.test[0] }).toEqual({
        name,
        restart: 'unless-stopped',
        test: 'CMD',
      });
    }
  });

  it('the leader and workers of the compose file wait for a healthy PostgreSQL and Redis', () => {
    for (const [, { depends_on }] of own) {
      expect(depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
    }
  });

  it('workers of the compose file have neither name nor port, so that they can be scaled', () => {
    expect(service('worker')).not.toHaveProperty('container_name');
    expect(service('worker')).not.toHaveProperty('ports');
  });

  it('the compose file calls commands that the CLI has', async () => {
    for (const [name, { command = [], healthcheck }] of own) {
      const [, ...call] = healthcheck?.test ?? [];

      expect(await commandOf(command)).toBe(`millrace ${name}`);
      expect(call.join(' ')).toContain(await commandOf(call.slice(1)));
      expect(await commandOf(call.slice(1))).not.toBe('millrace');
    }
  });

  it('the compose file sets only environment variables that are read', () => {
    const read: readonly string[] = Object.values(envNames);

    for (const [, { environment = {} }] of own) {
      expect(Object.keys(environment)).toEqual(expect.arrayContaining(['POSTGRES_URL']));
      expect(Object.keys(environment).filter((name) => !read.includes(name))).toEqual([]);
    }
  });

  it('the stop grace period of the compose file exceeds the grace period of a worker', () => {
    for (const [, { stop_grace_period = '' }] of own) {
      const seconds = Number(/^(\d+)s$/.exec(stop_grace_period)?.[1]);

      expect(seconds * 1_000).toBeGreaterThan(workerDefaults.graceMs);
    }
  });

  it('docs/configuration.md lists the variables of the compose file with their defaults', () => {
    const rows = tableRows(section(readDocument('docs/configuration.md'), '## Docker Compose'));
    const documented = rows.map(([name = '', value = '']) => [
      codeIn(name)[0],
      codeIn(value)[0] ?? '',
    ]);
    const used = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [
      name,
      value,
    ]);

    expect(new Set(documented.map(String))).toEqual(new Set(used.map(String)));
  });
});

/** The arguments of an instruction, in order. */
function instructions(name: string): string[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  return lines
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1));
}

describe('the Dockerfile', () => {
  it('the image runs the app as an unprivileged user without a shell', () => {
    expect(instructions('USER')).toEqual(['node']);
    for (const words of [...instructions('ENTRYPOINT'), ...instructions('CMD')]) {
      expect(JSON.parse(words)).toEqual([expect.any(String)]);
    }
  });

  it('the image uses the major version of Node that the development dependencies pin', () => {
    const { devDependencies } = JSON.parse(readDocument('package.json'));
    const [major] = /\d+/.exec(devDependencies.node) ?? [];

    expect(instructions('ARG')).toEqual([
      expect.stringMatching(new RegExp(`^NODE_IMAGE=node:${major}\\.\\d+-slim$`)),
    ]);
  });

  it('the image installs only production dependencies, as locked', () => {
    const [install, ...others] = instructions('RUN').filter((line) => line.startsWith('npm '));

    expect(install).toMatch(/^npm ci --omit=dev/);
    for (const other of others) expect(other).toMatch(/--omit=dev .*package-lock\.json/);
  });

  it('the image copies exactly the files that .dockerignore admits', () => {
    const copied = instructions('COPY')
      .filter((line) => !line.startsWith('--from='))
      .flatMap((line) => line.split(' ').slice(0, -1));
    const letIn = readDocument('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));

    expect([...new Set(copied)].toSorted()).toEqual(letIn.toSorted());
  });
});
