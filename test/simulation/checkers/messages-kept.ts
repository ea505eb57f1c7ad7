/**
 * A message goes to those who waited for it at one moment, and is never lost: it was used, it is in
 * the inbox, or it has expired. It is given out again only when one of those to whom it was given
 * had no use for it.
 */
import type { HistoryEvent } from '../../../lib/engine/history-event.ts';
import type { MessageRecord, MessageWaiter, NewMessage } from '../../../lib/ports/message-store.ts';
import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker, Evidence } from './checker.ts';

/** More messages than ever have the same key. */
const limit = 1_000;

/** See this file's head. */
export function messagesKept(): Checker {
  const post = new Post();
  return {
    invariant: 'a message goes to those who wait at one moment, and is never lost',
    seen: (observation, ledger) => {
      post.note(observation, ledger);
      return [];
    },
    judge: (evidence) => post.judge(evidence),
  };
}

/** What is known of one message. */
interface Sent {
  readonly message: NewMessage;
  readonly expiresAt: number;
  /** The executions that waited, each time that it left the inbox; twice who waited twice. */
  readonly given: string[][];
}

class Post {
  readonly #sent = new Map<string, Sent>();
  readonly #waiters = new Map<string, MessageWaiter>();

  note(observation: Observation, ledger: Ledger): void {
    if (observation.kind === 'messageSent') {
      const { message, at } = observation;
      this.#sent.set(message.id, { message, expiresAt: at + message.ttlMs, given: [] });
    } else if (observation.kind === 'waits') {
      const key = waiterKey(observation.waiter);
      if (!this.#waiters.has(key)) this.#waiters.set(key, observation.waiter);
    } else if (observation.kind === 'waitsNoMore') {
      this.#waiters.delete(waiterKey(observation));
    } else if (observation.kind === 'matched') {
      for (const message of observation.messages) this.#give(message, ledger);
    }
  }

  async judge({ store, ledger, now }: Evidence): Promise<string[]> {
    const uses = usesIn(ledger);
    const inbox = await this.#inbox(store);
    const made = [...uses.keys()].filter((id) => !this.#sent.has(id));
    const broken = [...this.#sent].flatMap(([id, sent]) => {
      const users = uses.get(id) ?? [];
      if (users.length === 0 && !inbox.has(id) && sent.expiresAt > now) return [`${id} is lost`];
      return judgeUses(id, sent, users, inbox.has(id));
    });
    return [...made.map((id) => `${id} was never sent`), ...broken];
  }

  async #inbox(store: Evidence['store']): Promise<ReadonlySet<string>> {
    const keys = new Set([...this.#sent.values()].map(({ message }) => message.key));
    const pages = await Promise.all([...keys].map((key) => store.listMessages({ key }, { limit })));
    return new Set(pages.flatMap(({ entries }) => entries.map(({ id }) => id)));
  }

  #give(message: MessageRecord, ledger: Ledger): void {
    const given = [...this.#waiters.values()].filter(
      ({ key, value, executionId }) =>
        key === message.key &&
        value === message.value &&
        ledger.entries.get(executionId)?.status === 'RUNNING',
    );
    for (const waiter of given) this.#waiters.delete(waiterKey(waiter));
    this.#sent.get(message.id)?.given.push(given.map(({ executionId }) => executionId));
  }
}

function judgeUses(
  id: string,
  { given }: Sent,
  users: readonly string[],
  inInbox: boolean,
): string[] {
  const all = given.flat();
  const times = (list: readonly string[], wanted: string) =>
    list.filter((each) => each === wanted).length;
  const broken = [...new Set(users)]
    .filter((user) => times(users, user) > times(all, user))
    .map((user) => `${user} used ${id} and did not wait for it when it was given out`);
  const returned = inInbox ? given.length : given.length - 1;
  if (all.length - users.length < returned) {
    broken.push(`${id} came back ${returned} times, and ${users.length} of ${all.length} used it`);
  }
  return broken;
}

function waiterKey({ executionId, command }: Pick<MessageWaiter, 'executionId' | 'command'>) {
  return `${executionId} ${command}`;
}

/** The executions that used each message, by the message's id. */
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
