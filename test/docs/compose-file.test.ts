/**
 * Checks docker-compose.local.yml and the Dockerfile without Docker: no data may be evicted or
 * lost, no port is published beyond this machine, and every command exists in the CLI.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../../lib/cli/program.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import { workerDefaults } from '../../lib/roles/worker.ts';
import { decideAccess } from '../../lib/server/access/decide-access.ts';
import { codeIn, readDocument, root, section, tableRows } from './markdown.ts';

/** The keys of a service that the tests read. */
interface Service {
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly container_name?: string;
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
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
  const io = {
    stdout: take,
    stderr: take,
    folder: root,
    readStdin: async () => '',
    interrupted,
    exit: () => {},
  };
  await runCli(io, [...words, '--help']);
  return /^Usage: (\S+(?: [a-z-]+)*)/.exec(help)?.[1] ?? '';
}

describe('docker-compose.local.yml', () => {
  it('the compose file starts a leader, workers, the dashboard and their servers', () => {
    expect(services.map(([name]) => name)).toEqual(
      expect.arrayContaining(['leader', 'worker', 'dashboard', 'postgres', 'redis', 'redis-rest']),
    );
    expect(own.map(([name]) => name)).toEqual(['leader', 'worker', 'dashboard']);
  });

  it('the Redis of the compose file persists its data and refuses writes when it is full', () => {
    const { command = [] } = service('redis');
    const option = (name: string) => command[command.indexOf(name) + 1];

    expect(option('--appendonly')).toBe('yes');
    expect(option('--maxmemory-policy')).toBe('noeviction');
    expect(option('--maxmemory')).toMatch(/^\$\{\w+:-\d+mb\}$/);
  });

  it('the compose file keeps data in named volumes', () => {
    const servers = ['postgres', 'redis', 'prometheus'];
    const kept = servers.map((name) => service(name).volumes?.[0]?.split(':')[0]);

    expect(kept).toEqual(Object.keys(compose.volumes));
  });

  it('the compose file publishes ports on loopback only, each set by a variable', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    const loopback = /^(127\.0\.0\.1|\$\{\w+:-127\.0\.0\.1\}):\$\{\w+:-\d+\}:\d+$/;

    expect(published.length).toBeGreaterThan(3);
    for (const port of published) expect(port).toMatch(loopback);
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

  it('Prometheus and Grafana of the compose file start on demand, with the files of monitoring', () => {
    const { volumes: scraped = [], configs = [] } = service('prometheus');
    const { volumes: shown = [] } = service('grafana');
    const mounted = [...scraped.slice(1), ...shown].map((volume) => volume.split(':')[0] ?? '');
    const { METRICS_PORT, METRICS_TOKEN } = service('worker').environment ?? {};
    const scraping = parse(readDocument('monitoring/prometheus.yml')).scrape_configs[0];

    expect([service('prometheus').profiles, service('grafana').profiles]).toEqual([
      ['monitoring'],
      ['monitoring'],
    ]);
    for (const path of mounted) expect(existsSync(join(root, path))).toBe(true);
    expect(scraping.dns_sd_configs[0]).toMatchObject({
      names: ['leader', 'worker', 'dashboard'],
      port: METRICS_PORT,
    });
    expect(configs[0]?.target).toBe(`/etc/prometheus/${scraping.authorization.credentials_file}`);
    expect(compose.configs[configs[0]?.source ?? '']?.content).toBe(METRICS_TOKEN);
    expect(METRICS_TOKEN?.replace(/^\$\{\w+:-(.*)\}$/, '$1').length).toBeGreaterThanOrEqual(32);
  });

  it('the leader and workers of the compose file wait for a healthy PostgreSQL and Redis', () => {
    for (const [, { depends_on }] of own) {
      expect(depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
    }
  });

  it('the dashboard of the compose file starts as it is published, with the locks of that place', () => {
    const { command = [], environment = {}, ports, healthcheck } = service('dashboard');
    const [host, port] = ['--host', '--port'].map((flag) => command[command.indexOf(flag) + 1]);
    const fill = (text: string, values: Readonly<Record<string, string>>) =>
      text.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, name, value) => values[name] ?? value);
    const decide = (values: Readonly<Record<string, string>>) => () =>
      decideAccess(host ?? '', {
        published: fill(environment.DASHBOARD_PUBLISHED ?? '', values),
        ...(values.DASHBOARD_TOKENS !== undefined && { tokens: values.DASHBOARD_TOKENS }),
        ...(values.DASHBOARD_BEHIND_PROXY !== undefined && {
          behindProxy: values.DASHBOARD_BEHIND_PROXY,
        }),
      });
    const wide = { DASHBOARD_ADDRESS: '0.0.0.0' };
    const locked = {
      DASHBOARD_TOKENS: `owner:${'x'.repeat(32)}`,
      DASHBOARD_BEHIND_PROXY: '10.0.0.7',
    };

    expect(ports).toEqual([`${environment.DASHBOARD_PUBLISHED}:${port}`]);
    expect(healthcheck?.test.join(' ')).toContain(`127.0.0.1:${port}/health`);
    expect(decide({})()).toMatchObject({ isLoopback: true, published: { port: 8_080 } });
    expect(decide(wide)).toThrow(/needs tokens/);
    expect(decide({ ...wide, ...locked })()).toMatchObject({ isLoopback: false });
  });

  it('workers of the compose file have neither name nor port, so that they can be scaled', () => {
    expect(service('worker')).not.toHaveProperty('container_name');
    expect(service('worker')).not.toHaveProperty('ports');
  });

  it('the compose file calls commands that the CLI has', async () => {
    for (const [name, { command = [], healthcheck }] of own) {
      const [, ...call] = healthcheck?.test ?? [];

      expect(await commandOf(command)).toBe(`millrace ${name}`);
      if (call[0] !== 'millrace') continue;
      expect(call.join(' ')).toContain(await commandOf(call.slice(1)));
      expect(await commandOf(call.slice(1))).not.toBe('millrace');
    }
  });

  it('the leader and the workers of the compose file answer their health checks themselves', () => {
    for (const name of ['leader', 'worker']) {
      const { environment = {}, healthcheck } = service(name);

      const check = `http://127.0.0.1:${environment.HEALTH_PORT}/livez`;
      expect(healthcheck?.test.join(' ')).toContain(check);
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
    const { version } = JSON.parse(readDocument('bin/runtime/package.json'));
    const [major] = /\d+/.exec(version) ?? [];

    expect(instructions('ARG')).toEqual([
      expect.stringMatching(new RegExp(`^NODE_IMAGE=node:${major}\\.\\d+-slim$`)),
    ]);
  });

  it('the image installs only production dependencies, as locked', () => {
    const stages = dockerfile.replaceAll('\\\n', ' ').split(/^FROM /m);
    const build = stages.findIndex((stage) => / AS build$/m.test(stage));
    const others = stages.toSpliced(build, 1).join('');
    const installs = [...others.matchAll(/^RUN (npm .*)$/gm)].map(([, line]) => line);

    expect(installs).toEqual([expect.stringMatching(/^npm ci --omit=dev/)]);
    expect(stages[build]).toMatch(/^RUN npm ci --ignore-scripts$/m);
  });

  it('the image has the files of the package, and no sources', () => {
    const final = dockerfile.split(/^FROM /m).at(-1) ?? '';
    const copied = [...final.matchAll(/^COPY --from=build \/millrace\/(\S+) \1$/gm)];
    const { files } = JSON.parse(readDocument('package.json'));

    expect(copied.length).toBe(3);
    for (const [, path] of copied) expect(files).toContain(path);
    expect(final).not.toMatch(/^COPY (bin|dashboard|lib|rehearsal)/m);
    expect(instructions('RUN')).toContain('node bin/build-package.ts');
  });

  it('the image copies exactly the files that .dockerignore admits', () => {
    const copied = instructions('COPY')
      .filter((line) => !line.startsWith('--from='))
      .flatMap((line) => line.split(' ').slice(0, -1));
    const letIn = readDocument('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));

    // A folder of one that is copied, too, is copied before it.
    const whole = copied.filter((path) => !copied.some((other) => path.startsWith(`${other}/`)));
    expect([...new Set(whole)].toSorted()).toEqual(letIn.toSorted());
  });
});
