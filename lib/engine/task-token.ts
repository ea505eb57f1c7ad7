/**
 * Task tokens: what an outsider answers a command with. A token names the execution and the
 * command, so that no table of tokens is kept, and holds 128 random bits, so that none can be
 * guessed; opaque to whoever is given one.
 */

/** What a token stands for. */
interface TaskToken {
  readonly executionArn: string;
  readonly command: string;
  /** 128 bits: 32 hexadecimal digits. */
  readonly nonce: string;
}

/** The text of a token. */
export function writeTaskToken({ executionArn, command, nonce }: TaskToken): string {
  return `${toBase64Url(executionArn)}.${command.replace(':', '-')}.${nonce}`;
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
