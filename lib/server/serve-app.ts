import { auditChanges } from '../api/audit-changes.ts';
import { type Api, createApi } from '../api/create-api.ts';
import { apiOperations } from '../api/handlers/api-operations.ts';
import type { Millrace } from '../app/millrace.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { Access } from './access/access.ts';
import { type AccessSettings, decideAccess, type ServerPolicy } from './access/decide-access.ts';
import { EventStreams } from './live/event-streams.ts';
import { LivePoll } from './live/live-poll.ts';
import { type MetricsHandler, metricsHandler } from './metrics/metrics-handler.ts';
import { buildPage } from './page/build-page.ts';
import { PageFiles } from './page/page-files.ts';
import { type PageFolder, pageFolder } from './page/page-folder.ts';
import { RequestHandler } from './request-handler.ts';
import { Router } from './router.ts';
import { type ListeningServer, startServer } from './start-server.ts';

/** Options of {@link serveApp}. */
export interface ServeAppOptions {
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** 0 for any free port. @default 8080 */
  readonly port?: number;
  /** Whether another port is taken when this one is not free. @default false */
  readonly movesOn?: boolean;
  /** Who may reach it. @default this machine, without a login */
  readonly access?: AccessSettings;
  /** Whether the page of the dashboard is served beside the API. @default true */
  readonly hasPage?: boolean;
  /** Called when the page is built, which a clone does once. @default nothing */
  readonly onBuild?: () => void;
  /** Returns the app that answers: `dev` replaces it. @default the one that is served */
  readonly current?: () => Millrace;
  /** The folders of the page. @default those of this package */
  readonly page?: PageFolder;
  /** @default the system's */
  readonly clock?: Clock;
}

/** A server of an app's API and dashboard. */
export interface AppServer {
  /** Where clients reach it, with a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops it: streams end, requests that run may finish for a while. */
  close(): Promise<void>;
}

/** Time after which a stop ends the operations that wait for something, in milliseconds. */
const abortMs = 500;

/** Minimum time between two reads for all who follow changes, in milliseconds. */
const pollMs = 1_000;

/**
 * Serves the HTTP API of an open app, and the page of the dashboard. Whoever else finds the app's
 * embedded database locked learns the address from its lock. Throws INVALID_CONFIGURATION for a
 * place that needs tokens or TLS, INVALID_ARGUMENT when the port cannot be opened.
 *
 * @example
 * const app = await openMillrace({ config });
 * const server = await serveApp(app, { port: 8080 });
 * await server.close();
 */
export async function serveApp(app: Millrace, options: ServeAppOptions = {}): Promise<AppServer> {
  const { host = '127.0.0.1', port = 8_080, movesOn = false, clock = systemClock } = options;
  const policy = decideAccess(host, options.access ?? {});
  const { logger } = app;
  const { current = () => app } = options;
  const places: { listening: ListeningServer | null } = { listening: null };
  const streams = createStreams(current, clock, logger);
  const router = new Router({
    api: createAppApi(current),
    access: new Access(
      { ...policy, loopbackPort: () => hostPort(policy, places.listening) },
      { clock, logger },
    ),
    streams,
    page: options.hasPage === false ? null : createPage(options, clock),
    metrics: createMetrics(current),
    login: null,
    logger,
  });
  const handler = new RequestHandler({ router, arrival: policy, logger });
  const listening = await startServer(
    (message, target) => void handler.handle(message, target),
    { host, port, movesOn, tls: policy.tls },
    clock,
  );
  places.listening = listening;
  const url = urlOf(host, listening.port, policy);
  app.deployment.announce(url);
  const close = async () => {
    app.deployment.announce(null);
    streams.close();
    const cancel = clock.after(abortMs, () => handler.abort());
    await listening.close();
    cancel();
  };
  return { url, port: listening.port, close };
}

/** Returns the port that browsers of this machine name; null for a server that others reach. */
function hostPort(policy: ServerPolicy, listening: ListeningServer | null): number | null {
  if (!policy.isLoopback) return null;
  return policy.published?.port ?? listening?.port ?? 0;
}

function createAppApi(current: () => Millrace): Api {
  const open = async () => current();
  const { logger, metricsRecorder: metrics } = current();
  const operations = apiOperations(open, undefined, { streams: true });
  const audit = auditChanges(open);
  // The access to the server has checked the host, with its port.
  return createApi(operations, { logger, metrics, audit, allowedHosts: 'any' });
}

function createMetrics(current: () => Millrace): MetricsHandler | null {
  const { metrics, logger } = current();
  if (metrics === null) return null;
  const read = () => (current().metrics ?? metrics).read();
  return metricsHandler({ contentType: metrics.contentType, read }, logger);
}

function createStreams(current: () => Millrace, clock: Clock, logger: Logger): EventStreams {
  const { askAfterMs } = current().deployment;
  const { live } = current().deployment.describe().can;
  const poll = new LivePoll({
    read: (topics) => current().deployment.fingerprints(topics),
    clock,
    logger,
    pollMs: live === 'stream' ? pollMs : askAfterMs,
  });
  return new EventStreams({ poll, clock, askAfterMs });
}

function createPage({ page = pageFolder(), onBuild }: ServeAppOptions, clock: Clock): PageFiles {
  const options = { clock, ...(onBuild !== undefined && { onBuild }) };
  return new PageFiles({ folder: page.built, prepare: () => buildPage(page, options) });
}

/** A server that listens on every address is reached by the name of this machine. */
function urlOf(host: string, port: number, { published, isTls, basePath }: ServerPolicy): string {
  const scheme = isTls ? 'https' : 'http';
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const place = published ?? { host: name.includes(':') ? `[${name}]` : name, port };
  return `${scheme}://${place.host}:${place.port}${basePath}/`;
}
