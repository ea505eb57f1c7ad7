import { messageOf } from '../../errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MetricsExposition } from '../../ports/metrics-exposition.ts';

/** The path of the metrics. */
export const metricsPath = '/metrics';

/** Answers a request for the metrics; the caller has checked who asks. Never rejects. */
export type MetricsHandler = (request: Pick<Request, 'method'>) => Promise<Response>;

/** Creates the handler of `GET /metrics`. */
export function metricsHandler(
  exposition: Pick<MetricsExposition, 'contentType' | 'read'>,
  logger: Logger,
): MetricsHandler {
  return async ({ method }) => {
    if (method !== 'GET' && method !== 'HEAD') {
      return textResponse(405, `expected GET or HEAD; found ${method}\n`, { allow: 'GET, HEAD' });
    }
    try {
      const text = await exposition.read();
      return textResponse(200, text, { 'content-type': exposition.contentType });
    } catch (error) {
      logger.error('metrics not read: scrape failed', { error: messageOf(error) });
      return textResponse(500, 'the metrics could not be read; the log says why\n');
    }
  };
}

/** Returns a response that no one keeps: a scrape wants the values of now. */
export function textResponse(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(text, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    },
  });
}
