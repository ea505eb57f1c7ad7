import {
  listMessages,
  type MessageRequest,
  sendMessage,
  type WaitingMessage,
} from '../../operations/messages.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** Messages for executions in states of the type Message: `app.messages`. */
export class Messages {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists the messages that no execution has waited for yet, oldest first. */
  list(
    filter: { readonly key?: string } = {},
    page: PageRequest = { limit: 100 },
  ): Promise<Page<WaitingMessage>> {
    return listMessages(this.#deps.context, filter, page);
  }

  /**
   * Delivers a message to every execution that waits for its key and value, or keeps it until one
   * does. Returns its id. Throws INVALID_ARGUMENT or PAYLOAD_TOO_LARGE.
   */
  send(message: MessageRequest): Promise<string> {
    return sendMessage(this.#deps.context, message, this.#deps.roles.reachesWorkers);
  }
}
