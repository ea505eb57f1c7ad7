/**
 * Documents that a browser keeps for the server, as texts that only the server can have written. A
 * text is readable by its holder: it must hold no secret of anyone else.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** A document whose signature has not been checked yet: its content may name the key. */
export interface SignedValue {
  readonly document: Readonly<Record<string, unknown>>;
  /** Whether the holder of `key` has written the document. */
  isSignedWith(key: Buffer): boolean;
}

/** Returns the text of a document, with a signature. */
export function signValue(document: object, key: Buffer): string {
  const content = Buffer.from(JSON.stringify(document)).toString('base64url');
  return `${content}.${sign(content, key).toString('base64url')}`;
}

/**
 * Reads a signed text; null when it is none, or has more than `charactersMax` characters.
 */
export function readSignedValue(text: string, charactersMax: number): SignedValue | null {
  if (text.length > charactersMax) return null;
  const [content = '', signature = ''] = text.split('.');
  const document = parse(content);
  if (document === null) return null;
  const given = Buffer.from(signature, 'base64url');
  const isSignedWith = (key: Buffer) => {
    const expected = sign(content, key);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  return { document, isSignedWith };
}

function sign(content: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest();
}

function parse(content: string): SignedValue['document'] | null {
  try {
    const document: unknown = JSON.parse(Buffer.from(content, 'base64url').toString('utf8'));
    if (typeof document !== 'object' || document === null) return null;
    return document as SignedValue['document'];
  } catch {
    // Whoever sends something else holds no value of this server.
    return null;
  }
}
