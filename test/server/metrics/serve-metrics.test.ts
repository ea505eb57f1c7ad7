/** The server of metrics: over real sockets, for those who may read them. */
import { afterEach, describe, expect, it } from 'vitest';
import { PrometheusMetrics } from '../../../lib/drivers/prometheus/prometheus-metrics.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { MetricsExposition } from '../../../lib/ports/metrics-exposition.ts';
import {
  type MetricsServer,
  type ServeMetricsOptions,
  serveMetrics,
} from '../../../lib/server/metrics/serve-metrics.ts';
import { sendRequest } from '../../support/http-client.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { rejection } from '../../support/rejection.ts';

const servers: MetricsServer[] = [];
const token = 'a-token-of-at-least-32-characters';

async function serve(changes: Partial<ServeMetricsOptions> = {}) {
  const logger = new QuietLogger();
  const metrics = new PrometheusMetrics({ now: Date.now });
  const server = await serveMetrics({
    exposition: metrics,
    clock: systemClock,
    logger,
    port: 0,
    ...changes,
  });
  servers.push(server);
  return { metrics, logger, server };
}

function ask({ port }: MetricsServer, headers: Readonly<Record<string, string>>) {
  return sendRequest({ port, path: '/metrics', headers });
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

describe('serveMetrics', () => {
  it('the metrics are served as text that no one keeps', async () => {
    const { metrics, server } = await serve();
    metrics.gauge('batchesLed', 3);

    const response = await fetch(server.url);

    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(metrics.contentType);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('\nmillrace_batches_led 3\n');
  });

  it('there is nothing but the metrics, and nothing but reading', async () => {
    const { server } = await serve();
    const base = new URL(server.url).origin;

    const [other, written, head] = await Promise.all([
      fetch(`${base}/v1/batches`),
      fetch(server.url, { method: 'POST', body: '{}' }),
      fetch(server.url, { method: 'HEAD' }),
    ]);

    expect([other.status, written.status, head.status]).toEqual([404, 405, 200]);
    expect(written.headers.get('allow')).toBe('GET, HEAD');
    expect(await head.text()).toBe('');
  });

  it('a page of another site does not read the metrics under a name of its own', async () => {
    const { server } = await serve();

    const foreign = await ask(server, { host: `evil.example:${server.port}` });
    const own = await ask(server, { host: `localhost:${server.port}` });

    expect([foreign.status, own.status]).toEqual([403, 200]);
  });

  it('an address that other machines reach needs a token', async () => {
    const open = await rejection(serve({ host: '0.0.0.0' }));
    const short = await rejection(serve({ token: 'short' }));

    expect(open).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('METRICS_TOKEN'),
    });
    expect(short).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('at least 32 characters; found 5'),
    });
  });

  it('metrics with a token are read by those who send it, under any name of the host', async () => {
    const { server } = await serve({ host: '0.0.0.0', token });
    const headers = { host: 'worker:9464' };

    const without = await ask(server, headers);
    const wrong = await ask(server, { ...headers, authorization: `Bearer ${token}x` });
    const right = await ask(server, { ...headers, authorization: `bearer ${token}` });

    expect([without.status, wrong.status, right.status]).toEqual([401, 401, 200]);
    expect(without.headers['www-authenticate']).toBe('Bearer realm="millrace"');
  });

  it('metrics that cannot be read fail the scrape, and the log says why', async () => {
    const broken: MetricsExposition = {
      contentType: 'text/plain',
      read: () => Promise.reject(new Error('out of memory')),
      beforeRead: () => () => {},
    };
    const { logger, server } = await serve({ exposition: broken });

    expect((await fetch(server.url)).status).toBe(500);
    expect(logger.entries).toEqual([
      {
        level: 'error',
        message: 'metrics not read: scrape failed',
        fields: { error: 'out of memory' },
      },
    ]);
  });
});
