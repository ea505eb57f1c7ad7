/** Requests to the HTTP API as the page writes them, and their addresses and bodies. Pure. */
import type * as z from 'zod';
import type { ApiRequest, OperationName } from '../../../lib/api/contract/contract.ts';
import { type Contract, operationRoutes } from './operation-routes.ts';

/** A value of a query parameter; undefined leaves it out, a list becomes words with commas. */
export type QueryValue = string | number | readonly string[] | undefined;

/** A JSON text that is sent letter for letter, so that no number of it is rounded. */
export interface RawJson {
  readonly jsonText: string;
}

type ParamsOf<Name extends OperationName> = ApiRequest<Name>['params'];

type BodyOf<Name extends OperationName> = Contract[Name] extends {
  readonly body: infer Body extends z.ZodType;
}
  ? { readonly body?: z.input<Body> | RawJson }
  : { readonly body?: never };

type QueryOf<Name extends OperationName> = {
  readonly [Key in keyof ApiRequest<Name>['query']]?: QueryValue;
};

/** A request of one operation. */
export type Call<Name extends OperationName> = BodyOf<Name> & {
  readonly query?: QueryOf<Name>;
} & (keyof ParamsOf<Name> extends never
    ? { readonly params?: never }
    : { readonly params: ParamsOf<Name> });

/** The parts of a request that its address depends on. */
export interface Addressed {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, QueryValue>> | undefined;
}

/** Returns the address of a request, relative to the page's base: `v1/batches?limit=5`. */
export function addressOf(name: OperationName, { params = {}, query = {} }: Addressed): string {
  const [, , path] = operationRoutes[name];
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent(params[key] ?? ''),
  );
  const search = searchOf(query);
  return filled.slice(1) + (search === '' ? '' : `?${search}`);
}

function searchOf(query: Readonly<Record<string, QueryValue>>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    const text = typeof value === 'object' ? value.join(',') : String(value);
    if (text !== '') search.set(key, text);
  }
  return search.toString();
}

/** Returns the text of a body. */
export function bodyTextOf(body: unknown): string {
  return isRawJson(body) ? body.jsonText : JSON.stringify(body ?? {});
}

/**
 * Writes an object of which some fields are JSON texts that a person typed: they are sent as typed.
 * A blank text leaves its field out.
 */
export function withTypedJson(
  fields: Readonly<Record<string, unknown>>,
  typed: Readonly<Record<string, string>>,
): RawJson {
  const written = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${JSON.stringify(key)}:${JSON.stringify(value)}`],
  );
  const asTyped = Object.entries(typed).flatMap(([key, text]) =>
    text.trim() === '' ? [] : [`${JSON.stringify(key)}:${text.trim()}`],
  );
  return { jsonText: `{${[...written, ...asTyped].join(',')}}` };
}

/** Returns why a text is not JSON; null when it is, or is blank. */
export function jsonFault(text: string): string | null {
  if (text.trim() === '') return null;
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isRawJson(body: unknown): body is RawJson {
  return typeof body === 'object' && body !== null && 'jsonText' in body;
}
