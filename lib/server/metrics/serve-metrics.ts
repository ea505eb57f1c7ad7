import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { findHostFault } from '../../api/request-origin.ts';
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MetricsExposition } from '../../ports/metrics-exposition.ts';
import { loopbackHosts } from '../access/allowed-hosts.ts';
import { isLoopbackHost } from '../access/decide-access.ts';
import { sendResponse } from '../http/exchange.ts';
import { startServer } from '../start-server.ts';
import { metricsHandler, metricsPath, textResponse } from './metrics-handler.ts';

/** Options of {@link serveMetrics}. */
export interface ServeMetricsOptions {
  readonly exposition: Pick<MetricsExposition, 'contentType' | 'read'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 0 for any free port. */
  readonly port: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /**
   * What a scraper must send as `authorization: Bearer …`: at least 32 characters. @default
   * nothing, which only a loopback address allows
   */
  readonly token?: string;
}

/** A server of metrics. */
export interface MetricsServer {
  /** Where Prometheus finds the metrics. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const tokenCharsMin = 32;

/**
 * Serves the metrics of this process, and nothing else, over plain HTTP: names of queues, machines
 * and errors, and numbers. Throws INVALID_CONFIGURATION for an address that other machines reach
 * without a token, INVALID_ARGUMENT when the port cannot be opened.
 */
export async function serveMetrics(options: ServeMetricsOptions): Promise<MetricsServer> {
  const { exposition, clock, logger, host = '127.0.0.1', token } = options;
  const isLoopback = isLoopbackHost(host);
  checkToken(host, isLoopback, token);
  const handle = metricsHandler(exposition, logger);
  const places: { port: number | null } = { port: null };
  const respond = async (message: IncomingMessage): Promise<Response> => {
    const fault = isLoopback && token === undefined ? hostFault(message, places.port ?? 0) : null;
    if (fault !== null) return textResponse(403, `${fault}\n`);
    if (!isAuthorized(message, token)) {
      const challenge = { 'www-authenticate': 'Bearer realm="millrace"' };
      return textResponse(401, "expected 'authorization: Bearer METRICS_TOKEN'\n", challenge);
    }
    const [path] = (message.url ?? '').split('?');
    if (path !== metricsPath) return textResponse(404, `there is only ${metricsPath}\n`);
    return await handle({ method: message.method ?? 'GET' });
  };
  const server = await startServer(
    (message, target) => {
      void respond(message).then((response) => sendResponse(message, target, response));
    },
    { host, port: options.port, tls: null },
    clock,
  );
  places.port = server.port;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${server.port}${metricsPath}`,
    port: server.port,
    close: () => server.close(),
  };
}

/** A page of another site must not read the metrics of this machine under a name of its own. */
function hostFault({ headers }: IncomingMessage, port: number): string | null {
  return findHostFault(headers.host ?? '', loopbackHosts(port, false));
}

function checkToken(host: string, isLoopback: boolean, token: string | undefined): void {
  if (token !== undefined && token.length < tokenCharsMin) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `METRICS_TOKEN must have at least ${tokenCharsMin} characters; found ${token.length}: ` +
        'make one with openssl rand -hex 24',
    );
  }
  if (isLoopback || token !== undefined) return;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `metrics at ${host}, which other machines reach, need a token: set METRICS_TOKEN to at least ` +
      `${tokenCharsMin} characters (openssl rand -hex 24), or use 127.0.0.1`,
  );
}

/** Compares digests, so that the duration says nothing about the token. */
function isAuthorized({ headers }: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, given = ''] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
