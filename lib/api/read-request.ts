/**
 * Reads the parts of an HTTP request as the contract has them. Unknown parameters and keys are
 * refused, and so are bodies that are not JSON or too large.
 */
import { isObject, type Json } from '../asl/json/json.ts';
import { JsonText } from '../asl/json/json-text.ts';
import { readMemberTexts } from '../asl/json/member-texts.ts';
import { parseDocument } from '../asl/parse.ts';
import { checkShape } from '../check-shape.ts';
import { MillraceError } from '../errors.ts';
import type { Operation } from './contract/operation.ts';
import { exactly, textFault } from './contract/shapes.ts';
import { badRequest, Refusal } from './problem.ts';
import { isJson } from './request-origin.ts';

const nothing = exactly({});
const noBody = nothing.prefault({});

/** Checks the parameters of the path. Throws INVALID_ARGUMENT. */
export function checkParams(params: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(params)) {
    const fault = textFault(value);
    if (fault !== null) badRequest(`path.${name}: ${fault}`);
  }
}

/** Reads the query parameters. Throws INVALID_ARGUMENT with every problem. */
export function readQuery({ query = nothing }: Operation, url: string): unknown {
  const { searchParams } = new URL(url);
  const names = [...searchParams.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) badRequest(`query.${repeated}: expected once, found more than once`);
  return checkShape(query, Object.fromEntries(searchParams), 'query');
}

/**
 * Reads the body. Throws INVALID_ARGUMENT with every problem, MALFORMED_DOCUMENT, PAYLOAD_TOO_LARGE
 * or UNSUPPORTED_MEDIA_TYPE.
 */
export async function readBody(
  { method, body = noBody, documents = [] }: Operation,
  request: Request,
  bytesMax: number,
): Promise<unknown> {
  if (method === 'GET') return undefined;
  const text = await readText(request, bytesMax);
  if (text === '') return checkShape(body, undefined, 'body');
  requireJson(request.headers.get('content-type'));
  const value = parseDocument(text, { source: 'body.json' });
  return checkShape(body, withTexts(value, text, documents), 'body');
}

/** Returns the body with its documents as they are written: a parsed number may be another one. */
function withTexts(value: Json, text: string, documents: readonly string[]): unknown {
  if (documents.length === 0 || !isObject(value)) return value;
  const texts = readMemberTexts(text.replace(/^\uFEFF/, ''));
  const given = documents.flatMap((key) => {
    const document = texts.get(key);
    return document === undefined ? [] : [[key, new JsonText(document)] as const];
  });
  return { ...value, ...Object.fromEntries(given) };
}

function requireJson(type: string | null): void {
  if (type !== null && isJson(type)) return;
  throw new Refusal(
    'UNSUPPORTED_MEDIA_TYPE',
    `the body must be JSON, with the header 'content-type: application/json'; found ${type ?? 'none'}`,
    { accept: 'application/json' },
  );
}

async function readText(request: Request, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new MillraceError('MALFORMED_DOCUMENT', 'the body must be UTF-8; found other bytes');
  }
}

function tooLarge(bytesMax: number): MillraceError {
  return new MillraceError(
    'PAYLOAD_TOO_LARGE',
    `a body may have ${bytesMax} bytes, and this one is larger: put large documents into the app's ` +
      'bucket, and pass references to them',
    { fields: { bytesMax } },
  );
}
