/** Where an app could not be loaded. */
import { expect, it } from 'vitest';
import { describeLoadFailure } from '../../../lib/cli/dev/describe-load-failure.ts';
import { MillraceError } from '../../../lib/errors.ts';

function errorWith(message: string, stack: string): Error {
  return Object.assign(new Error(message), { stack });
}

it.each([
  ['a stack', 'no', 'Error: no\n    at file:///app/lib/a.ts?reload=3:12:7', 'lib/a.ts:12: no'],
  [
    'a parser',
    'Unexpected token',
    'file:///app/a.ts:5\nfoo(\n   ^\nSyntaxError',
    'a.ts:5: Unexpected token',
  ],
  [
    'a parser that ends its lines with blanks',
    'A class name is required.  \n',
    'Error: no\n    at file:///app/a.ts:5:1',
    'a.ts:5: A class name is required.',
  ],
  [
    'a package below the app',
    'no',
    'Error: no\n    at /app/node_modules/b/c.js:1:1\n    at /app/a.js:2:2',
    'a.js:2: no',
  ],
  [
    'another folder',
    'no',
    'Error: no\n    at /elsewhere/a.js:1:1',
    '/app/c.ts could not be loaded: no',
  ],
])('the place of a failure is the first in the app: %s', (_, message, stack, described) => {
  const cause = errorWith(message, stack);
  const text = `/app/c.ts could not be loaded: ${message}`;
  const error = new MillraceError('INVALID_CONFIGURATION', text, { cause });
  error.stack = 'MillraceError: at /millrace/lib/config/loading/load-config.ts:1:1';

  expect(describeLoadFailure(error, '/app')).toBe(described);
});
