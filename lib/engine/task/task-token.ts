/**
 * Task tokens: what an outsider answers a command with. A token names the execution and the
 * command, so that no table of tokens is kept, and holds 128 random bits, so that none can be
 * guessed; opaque to whoever is given one.
 */

/** What a token stands for. */
export interface TaskToken {
  readonly executionArn: string;
  readonly command: string;
  /** 32 hexadecimal digits. */
  readonly nonce: string;
}

/** Longest token that is read, in characters. AWS quota: 2,048. */
const tokenCharsMax = 2_048;

const shape = /^([A-Za-z0-9_-]+)\.(\d+)-(\d+)\.([0-9a-f]{32})$/;

/** The text of a token. */
export function writeTaskToken({ executionArn, command, nonce }: TaskToken): string {
  return `${toBase64Url(executionArn)}.${command.replace(':', '-')}.${nonce}`;
}

/** The token that `text` is; undefined when it is none. Whether it is still good is not said. */
export function readTaskToken(text: string): TaskToken | undefined {
  if (text.length > tokenCharsMax) return undefined;
  const [, arn, enteredId, attempt, nonce] = shape.exec(text) ?? [];
  if (arn === undefined || nonce === undefined) return undefined;
  const executionArn = fromBase64Url(arn);
  return executionArn === undefined
    ? undefined
    : { executionArn, command: `${enteredId}:${attempt}`, nonce };
}

/** Four draws of 32 bits as a nonce. */
export function nonceFrom(random: () => number): string {
  const word = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return word() + word() + word() + word();
}

function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): string | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // no base64, or no text in it: whoever sent it made it up
  }
}
