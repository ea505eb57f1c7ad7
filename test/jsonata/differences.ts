/** The differences between JSONata here and in the library, each with its reason. */

import { longNumber } from './arbitrary-jsonata.ts';

/** An expression with different results; values are JSON, errors begin with `error`. */
export interface Difference {
  readonly expression: string;
  readonly here: string;
  readonly there: string;
}

/** A reason, and the differences that it explains. */
interface Rule {
  readonly reason: string;
  readonly explains: (difference: Difference) => boolean;
}

/** The codes of JSONata's own errors; JavaScript's have none. */
const codedError = /^error [DSTU]\d{4}$/;

const rules: readonly Rule[] = [
  {
    reason: 'an error of JavaScript in the library is U1001 here',
    explains: ({ here, there }) =>
      here === 'error U1001' && there.startsWith('error ') && !codedError.test(there),
  },
  {
    reason: 'a result that is not a number of JSON fails here with D1001',
    explains: ({ here, there }) => here === 'error D1001' && /<(?:NaN|-?Infinity)>/.test(there),
  },
  {
    reason: 'a result that is a function fails here, as at AWS',
    explains: ({ here, there }) => here === 'error D3137' && there.includes('<function>'),
  },
  {
    reason: 'whole numbers of more than 15 digits keep them as text, as at AWS',
    explains: ({ expression }) => expression.includes(longNumber),
  },
  {
    reason: 'a time that no calendar has fails here; in the library its text has NaN in it',
    explains: ({ expression, here }) =>
      expression.includes('$fromMillis') && /^error D31\d\d$/.test(here),
  },
  {
    reason: 'a timestamp that is too long for its picture is not parsed here',
    explains: ({ expression, here }) => expression.includes('$toMillis') && here === 'error U1001',
  },
  {
    reason: 'items that cannot be compared are met in another order, so that the other is named',
    explains: ({ expression, here, there }) =>
      expression.includes('$sort(') && isComparison(here) && isComparison(there),
  },
];

function isComparison(result: string): boolean {
  return result === 'error T2009' || result === 'error T2010';
}

/** Returns the reason of a difference; undefined when there is none. */
export function explain(difference: Difference): string | undefined {
  return rules.find(({ explains }) => explains(difference))?.reason;
}
