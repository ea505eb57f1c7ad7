/**
 * From an HTTP request to what an operation is given. Strict: a parameter or a key that means
 * nothing is refused, and so is a body that is no JSON, or is longer than it may be.
 */
import { parseDocument } from '../asl/parse.ts';
import { checkShape } from '../batch/check-shape.ts';
import { MillraceError } from '../errors.ts';
import type { Operation } from './contract/operation.ts';
import { exactly, textFault } from './contract/shapes.ts';
import { badRequest, Refusal } from './problem.ts';

const nothing = exactly({});
const noBody = nothing.prefault({});

/** The names in the path. Throws INVALID_ARGUMENT. */
export function checkParams(params: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(params)) {
    const fault = textFault(value);
    if (fault !== null) badRequest(`path.${name}: ${fault}`);
  }
}

/** The parameters behind `?`. Throws INVALID_ARGUMENT with every fault. */
export function readQuery({ query = nothing }: Operation, url: string): unknown {
  const { searchParams } = new URL(url);
  const names = [...searchParams.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) badRequest(`query.${twice}: expected once, found more than once`);
  return checkShape(query, Object.fromEntries(searchParams), 'query');
}

/**
 * The body. Throws INVALID_ARGUMENT with every fault, MALFORMED_DOCUMENT, PAYLOAD_TOO_LARGE, or
 * UNSUPPORTED_MEDIA_TYPE.
 */
export async function readBody(
  { method, body = noBody }: Operation,
  request: Request,
  bytesMax: number,
): Promise<unknown> {
  if (method === 'GET') return undefined;
  const text = await readText(request, bytesMax);
  if (text === '') return checkShape(body, undefined, 'body');
  // A form of another site's page cannot say that it is JSON: no such request gets further.
  requireJson(request.headers.get('content-type'));
  return checkShape(body, parseDocument(text, { source: 'body.json' }), 'body');
}

function requireJson(type: string | null): void {
  if (type !== null && /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) return;
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
    `a body may be ${bytesMax} bytes, and this one is longer: put what is large into the app's ` +
      'bucket, and pass a reference to it',
    { fields: { bytesMax } },
  );
}
