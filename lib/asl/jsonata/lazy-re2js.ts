/**
 * Stands for the package `re2js` in bundles: evaluates it, with its tables of Unicode, at the first
 * pattern. Most processes start often and have none.
 */
import type { RE2JS as Library } from 're2js';

let library: typeof Library | undefined;

function load(): typeof Library {
  library ??= (require('re2js') as typeof import('re2js')).RE2JS;
  return library;
}

/** The static members of the library's class. */
export const RE2JS = {
  get CASE_INSENSITIVE() {
    return load().CASE_INSENSITIVE;
  },
  get MULTILINE() {
    return load().MULTILINE;
  },
  compile: (...args: Parameters<(typeof Library)['compile']>) => load().compile(...args),
  translateRegExp: (...args: Parameters<(typeof Library)['translateRegExp']>) =>
    load().translateRegExp(...args),
};
