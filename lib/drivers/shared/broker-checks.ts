/**
 * Checks messages and requests against `brokerLimits`, so that every driver refuses the same ones
 * with the same messages, whatever its service would reply.
 */
import { MillraceError } from '../../errors.ts';
import {
  brokerLimits,
  type ReceiveRequest,
  type SendResult,
  type TaskMessage,
} from '../../ports/broker.ts';

const idPattern = /^[A-Za-z0-9_-]{1,80}$/;
const groupPattern = /^[!-~]{1,128}$/;
/** A character that XML 1.0, and so SQS, does not allow. */
const forbiddenCharacter = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Returns the refusal that `message` gets in every driver; null when it can be sent. */
export function findRefusal(message: TaskMessage): (SendResult & { readonly sent: false }) | null {
  const { id, body, delayMs = 0, groupId } = message;
  const refuse = (
    reason: 'tooLarge' | 'badBody' | 'badDelay' | 'badId' | 'badGroup',
    text: string,
  ) => ({ id, sent: false, reason, message: text }) as const;
  if (!idPattern.test(id)) {
    return refuse('badId', `a message id is 1–80 of A–Z a–z 0–9 _ -, found ${quote(id)}`);
  }
  if (groupId !== undefined && !groupPattern.test(groupId)) {
    const found = quote(groupId);
    return refuse('badGroup', `a group id is 1–128 printable ASCII characters, found ${found}`);
  }
  if (!isDuration(delayMs, brokerLimits.delayMsMax)) {
    const range = `0 to ${brokerLimits.delayMsMax} ms`;
    return refuse(
      'badDelay',
      `a delay is ${range} (the store keeps longer ones), found ${delayMs}`,
    );
  }
  const bytes = bytesAbove(body, brokerLimits.bodyBytesMax);
  if (bytes !== null) {
    return refuse(
      'tooLarge',
      `a body is at most ${brokerLimits.bodyBytesMax} bytes, found ${bytes}`,
    );
  }
  const forbidden = forbiddenCharacter.exec(body);
  if (forbidden !== null) {
    const found = `${JSON.stringify(forbidden[0])} at ${forbidden.index}`;
    return refuse('badBody', `a body holds characters of XML 1.0 only, found ${found}`);
  }
  return null;
}

/** Throws `BROKER_LIMIT` when the request is outside the bounds. */
export function checkReceive(request: ReceiveRequest): void {
  checkCount('max', request.max, brokerLimits.receiveMax);
  checkDuration('visibilityMs', request.visibilityMs, brokerLimits.visibilityMsMax);
  checkDuration('waitMs', request.waitMs, brokerLimits.waitMsMax);
}

/** Throws `BROKER_LIMIT` unless `value` is a whole number from 1 to `max`. */
export function checkCount(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw outside(name, value, `a whole number from 1 to ${max}`);
}

/** Throws `BROKER_LIMIT` unless `value` is from 0 to `max`. */
export function checkDuration(name: string, value: number, max: number): void {
  if (!isDuration(value, max)) throw outside(name, value, `0 to ${max} milliseconds`);
}

function isDuration(value: number, max: number): boolean {
  return value >= 0 && value <= max;
}

function outside(name: string, value: number, expected: string): MillraceError {
  return new MillraceError('BROKER_LIMIT', `${name} must be ${expected}, found ${value}`, {
    fields: { name, value },
  });
}

/**
 * Returns the size of `text` when it is above `max`; null otherwise. Skips counting short texts.
 */
function bytesAbove(text: string, max: number): number | null {
  if (text.length * 3 <= max) return null;
  const bytes = Buffer.byteLength(text);
  return bytes > max ? bytes : null;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
