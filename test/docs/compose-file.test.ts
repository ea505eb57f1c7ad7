/**
 * docker-compose.local.yml and the Dockerfile promise what a queue and a laptop need: nothing that
 * is kept may be evicted or lost, nothing is published beyond this machine, and what they say to
 * the CLI is what it understands. Docker itself is not needed.
 */

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../../lib/cli/program.ts';
import { envNames } from '../../lib/config/env-names.ts';
import { workerDefaults } from '../../lib/roles/worker.ts';
import { codeIn, readDocument, root, section, tableRows } from './markdown.ts';

/** As much of a service as is looked at. */
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

/** The words of the command that `millrace WORDS` is, options left out. */
async function commandOf(words: readonly string[]): Promise<string> {
  let help = '';
  const take = { write: (piece: string) => (help += piece) };
  const interrupted = new AbortController().signal;
  const io = { stdout: take, stderr: take, folder: root, readStdin: async () => '', interrupted };
  await runCli(io, [...words, '--help']);
  return /^Usage: (\S+(?: [a-z-]+)*)/.exec(help)?.[1] ?? '';
}

describe('docker-compose.local.yml', () => {
  it('starts a leader, workers and what they need', () => {
    expect(services.map(([name]) => name).toSorted()).toEqual([
      'leader',
      'postgres',
      'redis',
      'redis-rest',
      'worker',
    ]);
    expect(own.map(([name]) => name)).toEqual(['leader', 'worker']);
  });

  it('has a Redis that writes down what it is given, and refuses what it cannot hold', () => {
    const { command = [] } = service('redis');
    const option = (name: string) => command[command.indexOf(name) + 1];

    expect(option('--appendonly')).toBe('yes');
    expect(option('--maxmemory-policy')).toBe('noeviction');
    expect(option('--maxmemory')).toMatch(/^\$\{\w+:-\d+mb\}$/);
  });

  it('keeps data in named volumes', () => {
    const kept = ['postgres', 'redis'].map((name) => service(name).volumes?.[0]?.split(':')[0]);

    expect(kept).toEqual(Object.keys(compose.volumes));
  });

  it('publishes no port beyond this machine, and each where a variable says', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);

    expect(published).toHaveLength(3);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+:-\d+\}:\d+$/);
  });

  it('looks after the health of every service, and starts it again', () => {
    for (const [name, { healthcheck, restart }] of services) {
      expect({ name, restart, test: healthcheck?.test[0] }).toEqual({
        name,
        restart: 'unless-stopped',
        test: 'CMD',
      });
    }
  });

  it('lets leader and workers wait for a healthy PostgreSQL and Redis', () => {
    for (const [, { depends_on }] of own) {
      expect(depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
    }
  });

  it('gives workers neither name nor port, so that there can be any number', () => {
    expect(service('worker')).not.toHaveProperty('container_name');
    expect(service('worker')).not.toHaveProperty('ports');
  });

  it('calls commands that the CLI has', async () => {
    for (const [name, { command = [], healthcheck }] of own) {
      const [, ...call] = healthcheck?.test ?? [];

      expect(await commandOf(command)).toBe(`millrace ${name}`);
      expect(call.join(' ')).toContain(await commandOf(call.slice(1)));
      expect(await commandOf(call.slice(1))).not.toBe('millrace');
    }
  });

  it('sets environment variables that are read', () => {
    const read: readonly string[] = Object.values(envNames);

    for (const [, { environment = {} }] of own) {
      expect(Object.keys(environment)).toEqual(expect.arrayContaining(['POSTGRES_URL']));
      expect(Object.keys(environment).filter((name) => !read.includes(name))).toEqual([]);
    }
  });

  it('gives handlers longer to stop than the grace of a worker', () => {
    for (const [, { stop_grace_period = '' }] of own) {
      const seconds = Number(/^(\d+)s$/.exec(stop_grace_period)?.[1]);

      expect(seconds * 1_000).toBeGreaterThan(workerDefaults.graceMs);
    }
  });

  it('has the variables that docs/configuration.md lists, with their defaults', () => {
    const rows = tableRows(section(readDocument('docs/configuration.md'), '## Docker Compose'));
    const told = rows.map(([name = '', value = '']) => [codeIn(name)[0], codeIn(value)[0] ?? '']);
    const used = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [
      name,
      value,
    ]);

    expect(new Set(told.map(String))).toEqual(new Set(used.map(String)));
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
  it('runs the app as a user without rights, by no shell', () => {
    expect(instructions('USER')).toEqual(['node']);
    for (const words of [...instructions('ENTRYPOINT'), ...instructions('CMD')]) {
      expect(JSON.parse(words)).toEqual([expect.any(String)]);
    }
  });

  it('is of the Node that the development dependencies pin, to the minor version', () => {
    const { devDependencies } = JSON.parse(readDocument('package.json'));
    const [major] = /\d+/.exec(devDependencies.node) ?? [];

    expect(instructions('ARG')).toEqual([
      expect.stringMatching(new RegExp(`^NODE_IMAGE=node:${major}\\.\\d+-slim$`)),
    ]);
  });

  it('installs production dependencies alone, as the lock file names them', () => {
    const [install, ...others] = instructions('RUN').filter((line) => line.startsWith('npm '));

    expect(install).toMatch(/^npm ci --omit=dev/);
    for (const other of others) expect(other).toMatch(/--omit=dev .*package-lock\.json/);
  });

  it('copies from the repository what .dockerignore lets in', () => {
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
