import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import { type ArrivalOptions, ArrivedRequest } from './http/arrived-request.ts';
import { sendResponse, toRequest } from './http/exchange.ts';
import type { Router } from './router.ts';

/** What {@link RequestHandler} works with. */
export interface RequestHandlerDeps {
  readonly router: Router;
  readonly arrival: ArrivalOptions;
  readonly logger: Logger;
}

/** Answers the requests of a server over its sockets. */
export class RequestHandler {
  readonly #deps: RequestHandlerDeps;
  readonly #running = new Set<AbortController>();

  constructor(deps: RequestHandlerDeps) {
    this.#deps = deps;
  }

  /** Answers one request. Never rejects. */
  async handle(message: IncomingMessage, target: ServerResponse): Promise<void> {
    const { arrival, logger, router } = this.#deps;
    const requestId = randomUUID();
    const gone = new AbortController();
    const { signal } = gone;
    this.#running.add(gone);
    target.once('close', () => {
      this.#running.delete(gone);
      if (!target.writableFinished) gone.abort();
    });
    try {
      const response = await router.respond(requestId, () => {
        const arrived = new ArrivedRequest(message, arrival);
        const place = `${arrived.path}${arrived.search}`;
        return { arrived, requestId, signal, toRequest: () => toRequest(message, place, signal) };
      });
      await sendResponse(message, target, response);
    } catch (error) {
      // The answer itself could not be sent; there is no one to send another one to.
      logger.error('answer not sent: connection closed', { requestId, error: messageOf(error) });
      target.destroy();
    }
  }

  /** Aborts the operations that run, so that those that wait end at once. */
  abort(): void {
    for (const controller of this.#running) controller.abort();
  }
}
