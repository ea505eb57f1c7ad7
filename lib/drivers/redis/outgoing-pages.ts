/**
 * Cuts a send into calls of the send script: few enough messages and bytes for one call, messages
 * of one group and delay in runs, so that what they have in common is said once.
 */
import type { OutgoingMessage } from '../../ports/broker.ts';
import { payloadOf } from './record.ts';
import type { Argument } from './redis-client.ts';

/** The most of one call: half a millisecond of Redis's time, and less than any service refuses. */
const pageLimits = Object.freeze({ messages: 500, bytes: 1_048_576 });

/** One call of the script. */
export interface Page {
  readonly messages: readonly OutgoingMessage[];
  readonly args: readonly Argument[];
}

/** The pages of a send, in its order. */
export function pagesOf(messages: readonly OutgoingMessage[]): Page[] {
  const pages: Page[] = [];
  let page: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    // Three bytes a character at most; exact enough to stay below a limit that is far.
    const size = message.body.length + message.id.length;
    if (
      page.length === pageLimits.messages ||
      (page.length > 0 && bytes + size > pageLimits.bytes)
    ) {
      pages.push({ messages: page, args: runsOf(page) });
      page = [];
      bytes = 0;
    }
    page.push(message);
    bytes += size;
  }
  if (page.length > 0) pages.push({ messages: page, args: runsOf(page) });
  return pages;
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
