/** What a serving process prints. */
import { expect, it } from 'vitest';
import { call, folderWith } from './cli-call.ts';

it('a serving process prints lines of JSON when it runs and when it has stopped', async () => {
  const folder = folderWith({ 'millrace.config.mjs': 'export default { machines: {} };' });
  const stop = new AbortController();

  const { status, stdout, stderr } = await call(['dev', '--store', 'memory', '--json'], {
    folder,
    interrupted: stop.signal,
    onStderr: (said) => {
      if (/is running on/.test(said)) stop.abort();
    },
  });

  const lines = stdout.trimEnd().split('\n');
  expect(status).toBe(0);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { status: 'running', broker: 'memory' },
    { status: 'stopped' },
  ]);
  expect(stderr).toMatch(/press Ctrl-C again to stop at once/);
});

it('a process with a port for metrics prints where they are, and serves them while it runs', async () => {
  const folder = folderWith({ 'millrace.config.mjs': 'export default { machines: {} };' });
  const stop = new AbortController();
  const scrapes: Promise<string>[] = [];

  const { status, stderr } = await call(
    ['dev', '--store', 'memory', '--no-dashboard', '--metrics-port', '0'],
    {
      folder,
      interrupted: stop.signal,
      onStderr: (said) => {
        const url = /^metrics: (http:\S+)$/m.exec(said)?.[1];
        if (url === undefined || scrapes.length > 0) return;
        const scrape = fetch(url).then((response) => response.text());
        scrapes.push(scrape);
        void scrape.finally(() => stop.abort());
      },
    },
  );

  const [text] = await Promise.all(scrapes);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^metrics: http:\/\/127\.0\.0\.1:\d+\/metrics$/m);
  expect(text).toContain('millrace_executions_running_max 200');
});

it('metrics for other machines are refused without a token', async () => {
  const folder = folderWith({ 'millrace.config.mjs': 'export default { machines: {} };' });
  const options = ['--no-dashboard', '--metrics-port', '0', '--metrics-host', '0.0.0.0'];

  const { status, stderr } = await call(['dev', '--store', 'memory', ...options], { folder });

  expect(status).toBe(2);
  expect(stderr).toContain('METRICS_TOKEN');
});

it('a port for metrics that is none is refused', async () => {
  const { status, stderr } = await call(['worker', '--metrics-port', '70000']);

  expect(status).toBe(2);
  expect(stderr).toContain("expected a port from 0 to 65535; found '70000'");
});
