/** What a screen shows or does, as a `millrace` command and as a request with curl. Pure. */
import type { OperationName } from '../../../lib/api/contract/contract.ts';
import { type Addressed, addressOf, bodyTextOf, type Call } from '../api/api-request.ts';
import { operationRoutes } from '../api/operation-routes.ts';

/** The two texts to copy. */
export interface Commands {
  readonly cli: string;
  readonly curl: string;
}

/** A word of a command, or an option with its value; undefined and '' leave an option out. */
export type Word = string | readonly [option: string, value: string | number | undefined];

/** Returns a `millrace` command, quoted for a POSIX shell. */
export function cliCommand(...words: readonly Word[]): string {
  const written = words.flatMap((word) => {
    if (typeof word === 'string') return [quoteForShell(word)];
    const [option, value] = word;
    return value === undefined || value === '' ? [] : [option, quoteForShell(String(value))];
  });
  return ['millrace', ...written].join(' ');
}

/** Returns a request with curl. A token comes from the environment, never from the page. */
export function curlCommand<Name extends OperationName>(
  baseUrl: string,
  name: Name,
  call: Call<Name>,
): string {
  const [, method] = operationRoutes[name];
  const url = new URL(addressOf(name, call as Addressed), baseUrl).href;
  const options = ['-H "authorization: Bearer $MILLRACE_TOKEN"'];
  if (method !== 'GET') {
    options.unshift(`-X ${method}`);
    options.push("-H 'content-type: application/json'");
    options.push(`--data-binary ${quoteForShell(bodyTextOf(call.body))}`);
  }
  return ['curl -fsS', ...options, quoteForShell(url)].join(' ');
}

/** Quotes a word for a POSIX shell where it needs it. */
export function quoteForShell(word: string): string {
  if (/^[\w./:=@%+,-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
