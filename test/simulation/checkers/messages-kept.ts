import type { HistoryEvent } from '../../../lib/engine/history-event.ts';
import type {
  MessageRecord,
  MessageWaiter,
  NewMessage,
} from '../../../lib/ports/store/message-store.ts';
import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker, Evidence } from './checker.ts';

/** Maximum number of messages read per key; no key has more. */
const limit = 1_000;

/**
 * Checks that a message goes to the executions that wait for it at one time, and is never lost: it
 * was used, is in the inbox, or has expired. It is delivered again only when an execution that
 * received it did not use it.
 */
export function messagesKept(): Checker {
  const tracker = new MessageTracker();
  return {
    invariant: 'a message goes to the executions that wait at one time, and is never lost',
    observe: (observation, ledger) => {
      tracker.record(observation, ledger);
      return [];
    },
    verify: (evidence) => tracker.verify(evidence),
  };
}

/** One message, and its deliveries. */
interface Sent {
  readonly message: NewMessage;
  readonly expiresAt: number;
  /** The executions that received it, by delivery; twice for one that waited twice. */
  readonly deliveries: string[][];
}

class MessageTracker {
  readonly #sent = new Map<string, Sent>();
  readonly #waiters = new Map<string, MessageWaiter>();

  record(observation: Observation, ledger: Ledger): void {
    if (observation.kind === 'messageSent') {
      const { message, at } = observation;
      this.#sent.set(message.id, { message, expiresAt: at + message.ttlMs, deliveries: [] });
    } else if (observation.kind === 'waiting') {
      const key = waiterKey(observation.waiter);
      if (!this.#waiters.has(key)) this.#waiters.set(key, observation.waiter);
    } else if (observation.kind === 'waiterRemoved') {
      this.#waiters.delete(waiterKey(observation));
    } else if (observation.kind === 'matched') {
      for (const message of observation.messages) this.#deliver(message, ledger);
    }
  }

  async verify({ store, ledger, now }: Evidence): Promise<string[]> {
    const uses = usesIn(ledger);
    const inbox = await this.#inbox(store);
    const unknown = [...uses.keys()].filter((id) => !this.#sent.has(id));
    const broken = [...this.#sent].flatMap(([id, sent]) => {
      const users = uses.get(id) ?? [];
      if (users.length === 0 && !inbox.has(id) && sent.expiresAt > now) return [`${id} is lost`];
      return checkUses(id, sent, users, inbox.has(id));
    });
    return [...unknown.map((id) => `${id} was never sent`), ...broken];
  }

  async #inbox(store: Evidence['store']): Promise<ReadonlySet<string>> {
    const keys = new Set([...this.#sent.values()].map(({ message }) => message.key));
    const pages = await Promise.all([...keys].map((key) => store.listMessages({ key }, { limit })));
    return new Set(pages.flatMap(({ entries }) => entries.map(({ id }) => id)));
  }

  #deliver(message: MessageRecord, ledger: Ledger): void {
    const receivers = [...this.#waiters.values()].filter(
      ({ key, value, executionId }) =>
        key === message.key &&
        value === message.value &&
        ledger.entries.get(executionId)?.status === 'RUNNING',
    );
    for (const waiter of receivers) this.#waiters.delete(waiterKey(waiter));
    this.#sent.get(message.id)?.deliveries.push(receivers.map(({ executionId }) => executionId));
  }
}

function checkUses(
  id: string,
  { deliveries }: Sent,
  users: readonly string[],
  inInbox: boolean,
): string[] {
  const received = deliveries.flat();
  const times = (list: readonly string[], wanted: string) =>
    list.filter((each) => each === wanted).length;
  const broken = [...new Set(users)]
    .filter((user) => times(users, user) > times(received, user))
    .map((user) => `${user} used ${id} and did not wait for it when it was delivered`);
  const returned = inInbox ? deliveries.length : deliveries.length - 1;
  if (received.length - users.length < returned) {
    broken.push(
      `${id} returned to the inbox ${returned} times, and ${users.length} of ${received.length} receivers used it`,
    );
  }
  return broken;
}

function waiterKey({ executionId, command }: Pick<MessageWaiter, 'executionId' | 'command'>) {
  return `${executionId} ${command}`;
}

/** Returns the executions that used each message, by message id. */
function usesIn(ledger: Ledger): Map<string, string[]> {
  const uses = new Map<string, string[]>();
  for (const [executionId, { history }] of ledger.entries) {
    for (const id of history.flatMap(messageIn)) {
      uses.set(id, [...(uses.get(id) ?? []), executionId]);
    }
  }
  return uses;
}

function messageIn({ taskSucceededEventDetails: details }: HistoryEvent): string[] {
  if (details?.resource !== 'receiveMessage') return [];
  return [(JSON.parse(details.output) as { id: string }).id];
}
