/** Commands of the API that serves this page. */
import type { OperationName } from '../../../lib/api/contract/contract.ts';
import type { Call } from '../api/api-request.ts';
import { type Commands, cliCommand, curlCommand, type Word } from './commands.ts';

/** Returns a request of this page as a `millrace` command and with curl. */
export function commandsFor<Name extends OperationName>(
  words: readonly Word[],
  name: Name,
  call: Call<Name>,
): Commands {
  return { cli: cliCommand(...words), curl: curlCommand(document.baseURI, name, call) };
}
