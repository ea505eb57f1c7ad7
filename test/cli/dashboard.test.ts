/** Commands that serve the API and the dashboard: where, for how long, and what they refuse. */
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type ReceivedAnswer, sendRequest } from '../support/http-client.ts';
import { type CallResult, call, folderWith } from './cli-call.ts';

const config = `export default {
  machines: {
    order: { definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } },
  },
  batches: { all: { machine: 'order', source: { kind: 'items', items: [1, 2] } } },
};`;

const tokens = `owner:${'o'.repeat(32)}`;

/** Runs a command until its server has answered one request, then interrupts it. */
async function serveOnce(
  words: readonly string[],
  path: string,
  folder = folderWith({ 'millrace.config.mjs': config }),
): Promise<CallResult & { readonly answer: ReceivedAnswer | null; readonly url: string }> {
  const stop = new AbortController();
  let url = '';
  let answer: ReceivedAnswer | null = null;
  const result = await call(words, {
    folder,
    interrupted: stop.signal,
    onStderr: (said) => {
      const [, found = ''] = /(?:dashboard: |API is at )(http:\S+)/.exec(said) ?? [];
      if (found === '' || url !== '') return;
      url = found;
      void sendRequest({ port: Number(new URL(url).port), path })
        .then((received) => {
          answer = received;
        })
        .finally(() => stop.abort());
    },
  });
  return { ...result, answer, url };
}

describe('millrace dev', () => {
  it('dev serves its dashboard, and says where as text and as JSON', async () => {
    const served = await serveOnce(['dev', '--store', 'memory', '--json'], '/v1/app');

    const [running] = served.stdout
      .split('\n')
      .map((line) => (line === '' ? {} : JSON.parse(line)));
    expect(served.status).toBe(0);
    expect(running).toMatchObject({ status: 'running', dashboard: served.url });
    expect(served.answer?.json).toMatchObject({
      deployment: 'embedded',
      role: 'owner',
      can: { live: 'stream', seeDepths: true, pauseQueues: true },
      machines: [{ id: 'order', unhandled: [] }],
      batches: [{ name: 'all', machineId: 'order', sourceKind: 'items', onObject: false }],
    });
  });

  it('dev serves no dashboard with --no-dashboard', async () => {
    const stop = new AbortController();

    const { stdout, stderr } = await call(
      ['dev', '--store', 'memory', '--no-dashboard', '--json'],
      {
        folder: folderWith({ 'millrace.config.mjs': config }),
        interrupted: stop.signal,
        onStderr: (said) => {
          if (said.includes('is running on')) stop.abort();
        },
      },
    );

    expect(stderr).not.toContain('dashboard');
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ dashboard: null });
  });

  it('a port of the dashboard that is asked for and taken is refused', async () => {
    const folder = folderWith({ 'millrace.config.mjs': config });
    const stop = new AbortController();
    let second: Promise<CallResult> | null = null;

    await call(['dev', '--store', 'memory', '--dashboard', '0'], {
      folder,
      interrupted: stop.signal,
      onStderr: (said) => {
        const [, port] = /dashboard: http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
        if (port === undefined || second !== null) return;
        second = call(['dev', '--store', 'memory', '--dashboard', port], { folder });
        void second.finally(() => stop.abort());
      },
    });

    const refused = (await second) as CallResult | null;
    expect(refused).toMatchObject({ status: 2 });
    expect(refused?.stderr).toMatch(/cannot listen on 127\.0\.0\.1, port \d+: another process/);
  });
});

describe('millrace batch start --dashboard', () => {
  it('the dashboard of a batch stays after the end, until Ctrl-C', async () => {
    const stop = new AbortController();

    const { status, stdout, stderr } = await call(
      ['batch', 'start', 'all', '--store', 'memory', '--dashboard'],
      {
        folder: folderWith({ 'millrace.config.mjs': config }),
        interrupted: stop.signal,
        onStderr: (said) => {
          if (said.includes('the batch has ended')) stop.abort();
        },
      },
    );

    expect(status).toBe(0);
    expect(stdout).toContain('SUCCEEDED');
    expect(stderr).toMatch(
      /dashboard: http:.*\n[\s\S]*its dashboard stays at http:.* until Ctrl-C/,
    );
  });
});

describe('millrace api', () => {
  it('api serves the API without the page', async () => {
    const words = ['api', '--store', 'memory', '--port', '0', '--json'];

    const api = await serveOnce(words, '/v1/machines');
    const page = await serveOnce(words, '/');

    expect(api).toMatchObject({ status: 0, answer: { status: 200 } });
    expect(page.answer?.status).toBe(404);
    expect(JSON.parse(api.stdout.split('\n')[0] ?? '')).toMatchObject({ status: 'running' });
  });

  it('api does not start where others reach it without tokens', async () => {
    const { status, stderr } = await call(['api', '--store', 'memory', '--host', '0.0.0.0']);

    expect(status).toBe(2);
    expect(stderr).toMatch(/0\.0\.0\.0.*needs tokens: set DASHBOARD_TOKENS/);
  });

  it('api refuses half of a certificate, and a file that is not there', async () => {
    const half = await call(['api', '--store', 'memory', '--tls-cert', 'cert.pem']);
    const words = ['api', '--store', 'memory', '--tls-cert', 'cert.pem'];
    const none = await call([...words, '--tls-key', 'key.pem']);

    expect([half.status, none.status]).toEqual([2, 2]);
    expect(half.stderr).toMatch(/needs both --tls-cert and --tls-key; found only --tls-cert/);
    expect(none.stderr).toMatch(/--tls-cert must name a readable file; found 'cert\.pem'/);
  });

  it('api refuses a port that is none', async () => {
    const { status, stderr } = await call(['api', '--port', '70000']);

    expect(status).toBe(2);
    expect(stderr).toMatch(/expected a port from 0 to 65535; found '70000'/);
  });
});

describe('millrace dashboard', () => {
  it('the dashboard of an embedded database is found by its lock', async () => {
    const folder = folderWith({ 'millrace.config.mjs': config });
    const data = join(folder, 'data');
    const stop = new AbortController();
    let others: Promise<CallResult[]> | null = null;

    await call(['dev', '--data', data], {
      folder,
      interrupted: stop.signal,
      onStderr: (said) => {
        if (!said.includes('is running on') || others !== null) return;
        others = Promise.all([
          call(['dashboard', '--data', data], { folder }),
          call(['dashboard', '--data', data, '--json'], { folder }),
          call(['worker', 'list', '--data', data], { folder }),
        ]);
        void others.finally(() => stop.abort());
      },
    });

    const [text, json, other] = ((await others) as CallResult[] | null) ?? [];
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text?.stdout).toMatch(
      new RegExp(`^process ${process.pid} serves the dashboard: http://127\\.0\\.0\\.1:\\d+/\n$`),
    );
    expect(JSON.parse(json?.stdout ?? '')).toEqual({
      status: 'running',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
      pid: process.pid,
    });
    expect(other).toMatchObject({ status: 1 });
    expect(other?.stderr).toMatch(/It serves its dashboard and API at http:/);
  });

  it('a locked database without a dashboard is refused as ever', async () => {
    const folder = folderWith({ 'millrace.config.mjs': config });
    const data = join(folder, 'data');
    const stop = new AbortController();
    let other: Promise<CallResult> | null = null;

    await call(['dev', '--data', data, '--no-dashboard'], {
      folder,
      interrupted: stop.signal,
      onStderr: (said) => {
        if (!said.includes('is running on') || other !== null) return;
        other = call(['dashboard', '--data', data], { folder });
        void other.finally(() => stop.abort());
      },
    });

    const refused = (await other) as CallResult | null;
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused?.stderr).toMatch(/is in use by process/);
  });

  it('dashboard serves the page over a database that no one has open', async () => {
    const { status, answer, stdout } = await serveOnce(
      ['dashboard', '--store', 'memory', '--port', '0', '--json'],
      '/v1/app',
    );

    expect(status).toBe(0);
    expect(answer?.json).toMatchObject({ can: { seeDepths: false, pauseQueues: false } });
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });

  it('the environment locks a dashboard as the flags do', async () => {
    const folder = folderWith({ 'millrace.config.mjs': config });
    const stop = new AbortController();
    let answer: ReceivedAnswer | null = null;
    const started = call(['dashboard', '--store', 'memory', '--port', '0'], {
      folder,
      interrupted: stop.signal,
      onStderr: (said) => {
        const [, port] = /:(\d+)\/ops\/ ;/.exec(said) ?? [];
        if (port === undefined || stop.signal.aborted) return;
        void sendRequest({ port: Number(port), path: '/v1/app' })
          .then((received) => {
            answer = received;
          })
          .finally(() => stop.abort());
      },
    });
    vi.stubEnv('DASHBOARD_TOKENS', tokens);
    vi.stubEnv('DASHBOARD_READ_ONLY', 'true');
    vi.stubEnv('DASHBOARD_BASE_PATH', '/ops');

    expect((await started).status).toBe(0);
    expect(answer).toMatchObject({ status: 401 });
  });
});
