/**
 * The text format of a message in Redis: `group sentAt id body`, with an empty group for none.
 * Group and id have no spaces, so the body is everything after the third one, byte for byte. The
 * scripts read the group and the time, and never the body.
 */

/** A message as read from its record. */
export interface RecordedMessage {
  readonly groupId: string | null;
  readonly sentAt: number;
  readonly id: string;
  readonly body: string;
}

/** Formats the part of a record after group and time, which the script adds. */
export function toPayload(id: string, body: string): string {
  return `${id} ${body}`;
}

/** Reads the record that begins at `from` in `text`. */
export function readRecord(text: string, from = 0): RecordedMessage {
  const group = text.indexOf(' ', from);
  const time = text.indexOf(' ', group + 1);
  const id = text.indexOf(' ', time + 1);
  return {
    groupId: group === from ? null : text.slice(from, group),
    sentAt: Number(text.slice(group + 1, time)),
    id: text.slice(time + 1, id),
    body: text.slice(id + 1),
  };
}

/** Encodes a reason as one word: it precedes the record of a dead letter. */
export function encodeReason(reason: string): string {
  return encodeURIComponent(reason.toWellFormed());
}

/** Reads a dead letter: its reason, then its record. */
export function readLetter(text: string): RecordedMessage & { readonly reason: string } {
  const end = text.indexOf(' ');
  return { ...readRecord(text, end + 1), reason: decodeURIComponent(text.slice(0, end)) };
}

/** Reads a member of the line: `seq:deliveries`, then its record. */
export function readMember(text: string): RecordedMessage & { readonly deliveries: number } {
  const end = text.indexOf(' ');
  return { ...readRecord(text, end + 1), deliveries: Number(text.slice(0, end).split(':')[1]) };
}
