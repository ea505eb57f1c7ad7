/** A real Prometheus for tests, in a temporary folder, on a free port of loopback. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setInterval } from 'node:timers/promises';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { reasonWithout } from './installed-program.ts';

const remedy = "install Debian's package prometheus";

/** Why a suite that needs promtool is skipped; null if it is installed. */
export const noPromtool: string | null = reasonWithout('promtool', remedy);

/** Why a suite that needs Prometheus is skipped; null if it is installed. */
export const noPrometheus: string | null = reasonWithout('prometheus', remedy);

/** What a {@link startPrometheus} scrapes, every second. */
export interface PrometheusOptions {
  /** `host:port` of the scraped processes. */
  readonly targets: readonly string[];
  /** What it sends as `authorization: Bearer …`. */
  readonly token: string;
  /** The file with the alert rules. */
  readonly rules: string;
}

/** A running Prometheus. */
export interface PrometheusServer {
  /** Repeats a query until its only value is as expected; throws after a minute. */
  waitForValue(query: string, expected: number): Promise<void>;
  /** Returns the document at a path of its API, without the envelope. */
  read<Data>(path: string): Promise<Data>;
  stop(): Promise<void>;
}

/** How often a query is repeated, and for how long, in milliseconds. */
const pollMs = 200;
const waitMsMax = 60_000;

/** Starts a server; the caller must stop it. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-prometheus-'));
  copyFileSync(options.rules, join(folder, 'alerts.yml'));
  writeFileSync(join(folder, 'prometheus.yml'), configOf(options));
  const port = await freePort();
  const server = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(server, 'exit');
  const lines = createInterface(server.stderr);
  await new Promise<void>((resolve, reject) => {
    const seen: string[] = [];
    lines.on('line', (line) => {
      seen.push(line);
      if (line.includes('Server is ready to receive web requests')) resolve();
    });
    void exited.then(() => reject(new Error(`Prometheus ended:\n${seen.join('\n')}`)));
  });
  const read = async <Data>(path: string): Promise<Data> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    return ((await response.json()) as { readonly data: Data }).data;
  };
  return {
    read,
    waitForValue: async (query, expected) => {
      const until = Date.now() + waitMsMax;
      for await (const _ of setInterval(pollMs)) {
        const { result } = await read<QueryResult>(`query?query=${encodeURIComponent(query)}`);
        if (Number(result[0]?.value[1]) === expected) return;
        if (Date.now() < until) continue;
        throw new Error(`${query} is not ${expected}: ${JSON.stringify(result)}`);
      }
    },
    stop: async () => {
      server.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface QueryResult {
  readonly result: readonly { readonly value: readonly [number, string] }[];
}

/** JSON is YAML, too. */
function configOf({ targets, token }: PrometheusOptions): string {
  return JSON.stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yml'],
    scrape_configs: [
      {
        job_name: 'millrace',
        authorization: { credentials: token },
        static_configs: [{ targets }],
      },
    ],
  });
}
