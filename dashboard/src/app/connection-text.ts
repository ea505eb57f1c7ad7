/** What the connection's dot says. Pure. */
import type { Connection } from '../live/live-hub.ts';
import { formatDuration } from '../text/format-number.ts';

/** Returns the words of a connection: short ones for the bar, and a sentence. */
export function connectionText(
  connection: Connection,
  clock: (at: number, now: number) => string,
  now: number,
): { readonly short: string; readonly long: string } {
  switch (connection.kind) {
    case 'live':
      return { short: 'live', long: 'The server reports every change at once.' };
    case 'asking': {
      const every = formatDuration(connection.everyMs).replace('.0 s', ' s');
      return { short: `every ${every}`, long: `The page asks for changes every ${every}.` };
    }
    case 'paused':
      return {
        short: 'paused',
        long: 'Paused, so that the database may sleep: no one has touched the page for 5 minutes.',
      };
    case 'unreachable': {
      const since = clock(connection.since, now);
      return {
        short: `not reached since ${since}`,
        long: `The server has not answered since ${since}. What is shown was known then.`,
      };
    }
    case 'hidden':
      return { short: 'hidden', long: 'A hidden page asks nothing.' };
    case 'connecting':
      return { short: 'connecting', long: 'The server has not answered yet.' };
  }
}
