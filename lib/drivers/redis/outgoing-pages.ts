/**
 * Cuts a send into calls of the send script: few enough messages and bytes for one call, messages
 * of one group and delay in runs, so that what they have in common is said once.
 */
import type { OutgoingMessage } from '../../ports/broker.ts';
import { payloadOf } from './record.ts';
import type { Argument } from './redis-client.ts';

/** The most of one call: a few milliseconds of Redis's time, and less than a service refuses. */
export const pageLimits = Object.freeze({ messages: 500, characters: 1_000_000 });

/** One call of the script. */
export interface Page {
  readonly count: number;
  readonly args: readonly Argument[];
}

/** The pages of a send, in its order; each is made when it is asked for. */
export function* pagesOf(messages: readonly OutgoingMessage[]): Generator<Page> {
  let from = 0;
  while (from < messages.length) {
    const to = pageEnd(messages, from);
    yield { count: to - from, args: runsOf(messages.slice(from, to)) };
    from = to;
  }
}

/** At least one message, however large it is. */
function pageEnd(messages: readonly OutgoingMessage[], from: number): number {
  let to = from;
  let characters = 0;
  while (to < messages.length && to - from < pageLimits.messages) {
    characters += messages[to]?.body.length ?? 0;
    if (to > from && characters > pageLimits.characters) break;
    to += 1;
  }
  return to;
}

function runsOf(page: readonly OutgoingMessage[]): Argument[] {
  const args: Argument[] = [];
  let at = 0;
  while (at < page.length) {
    const { groupId = '', delayMs = 0 } = page[at] ?? {};
    const run = page.slice(at).findIndex((other) => !isAlike(other, groupId, delayMs));
    const count = run === -1 ? page.length - at : run;
    args.push(groupId, delayMs, count);
    for (const { id, body } of page.slice(at, at + count)) args.push(payloadOf(id, body));
    at += count;
  }
  return args;
}

function isAlike(message: OutgoingMessage, groupId: string, delayMs: number): boolean {
  return (message.groupId ?? '') === groupId && (message.delayMs ?? 0) === delayMs;
}
