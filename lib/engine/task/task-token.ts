/**
 * The contents of a task token, with which a command is answered from outside. It names the
 * execution and the command, so that no table of tokens is needed, and has 128 secret bits, so that
 * it can be neither guessed nor computed from other tokens. Its text is opaque to users.
 */
export interface TaskToken {
  readonly executionArn: string;
  readonly command: string;
  /** 32 hexadecimal digits, derived one way from the seed of the transition. */
  readonly nonce: string;
}

/** Maximum length of a token, in characters. AWS quota: 2,048. */
const tokenCharsMax = 2_048;

const shape = /^([A-Za-z0-9_-]+)\.(\d+)-(\d+)\.([0-9a-f]{32})$/;

/** Returns the text of a token. */
export function writeTaskToken({ executionArn, command, nonce }: TaskToken): string {
  return `${toBase64Url(executionArn)}.${command.replace(':', '-')}.${nonce}`;
}

/** Parses a token; undefined when it is malformed. Does not check that it is still valid. */
export function readTaskToken(text: string): TaskToken | undefined {
  if (text.length > tokenCharsMax) return undefined;
  const [, arn, enteredId, attempt, nonce] = shape.exec(text) ?? [];
  if (arn === undefined || nonce === undefined) return undefined;
  const executionArn = fromBase64Url(arn);
  return executionArn === undefined
    ? undefined
    : { executionArn, command: `${enteredId}:${attempt}`, nonce };
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
    return undefined; // not base64, or not UTF-8: not a token of ours
  }
}
