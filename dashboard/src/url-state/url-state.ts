/** Reads and writes the state of a page in the query of its address. Pure. */
import type { Codec } from './codecs.ts';

/** The codecs of a page by parameter. */
export type Codecs = { readonly [Key in string]: Codec<never> };

/** The values that codecs read. */
export type ValuesOf<Given> = {
  readonly [Key in keyof Given]: Given[Key] extends Codec<infer Value> ? Value : never;
};

/** A parameter with a value that cannot be used. */
export interface UrlFault {
  readonly key: string;
  readonly message: string;
}

/** What the query says, with the usual value in place of each wrong one. */
export interface UrlReading<Given> {
  readonly values: ValuesOf<Given>;
  readonly faults: readonly UrlFault[];
}

/** Reads the values of `codecs` from a query such as `status=FAILED&queue=low`. */
export function readUrlState<Given extends object>(
  codecs: Given,
  search: string,
): UrlReading<Given> {
  const params = new URLSearchParams(search);
  const faults: UrlFault[] = [];
  const values = Object.entries(codecs).map(([key, each]) => {
    const codec = each as Codec<unknown>;
    const found = params.get(key);
    if (found === null) return [key, codec.usual];
    const decoded = codec.decode(found);
    if ('value' in decoded) return [key, decoded.value];
    faults.push({ key, message: `${key}: ${decoded.fault}` });
    return [key, codec.usual];
  });
  return { values: Object.fromEntries(values) as ValuesOf<Given>, faults };
}

/** Returns the query with some values changed; parameters of others stay as they are. */
export function writeUrlState<Given extends object>(
  codecs: Given,
  search: string,
  changes: Partial<ValuesOf<Given>>,
): string {
  const params = new URLSearchParams(search);
  for (const [key, value] of Object.entries(changes)) {
    const codec = (codecs as Readonly<Record<string, Codec<unknown>>>)[key];
    const encoded = codec?.encode(value) ?? null;
    if (encoded === null) params.delete(key);
    else params.set(key, encoded);
  }
  return readable(params);
}

/** Returns the query without some parameters. */
export function withoutParams(search: string, keys: readonly string[]): string {
  const params = new URLSearchParams(search);
  for (const key of keys) params.delete(key);
  return readable(params);
}

/** Keeps commas and colons, which a query may contain, so that people can read a link. */
function readable(params: URLSearchParams): string {
  return params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
}
