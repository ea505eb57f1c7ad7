/**
 * How a message is written in Redis: `group sentAt id body`, with an empty group for none. Group
 * and id have no spaces, so the body is what follows the third one, letter for letter. The scripts
 * read the group and the time; nobody reads the body.
 */

/** A message as its record tells it. */
export interface Recorded {
  readonly groupId: string | null;
  readonly sentAt: number;
  readonly id: string;
  readonly body: string;
}

/** What follows group and time, which the script puts in front. */
export function payloadOf(id: string, body: string): string {
  return `${id} ${body}`;
}

/** Reads the record that begins at `from` in `text`. */
export function readRecord(text: string, from = 0): Recorded {
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

/** A reason as one word, since it stands in front of a dead letter's record. */
export function writeReason(reason: string): string {
  return encodeURIComponent(reason.toWellFormed());
}

/** Reads a dead letter: its reason, then its record. */
export function readLetter(text: string): Recorded & { readonly reason: string } {
  const end = text.indexOf(' ');
  return { ...readRecord(text, end + 1), reason: decodeURIComponent(text.slice(0, end)) };
}

/** Reads the head `seq:deliveries` of a member of the line, and its record. */
export function readMember(text: string): Recorded & { readonly deliveries: number } {
  const end = text.indexOf(' ');
  return { ...readRecord(text, end + 1), deliveries: Number(text.slice(0, end).split(':')[1]) };
}
