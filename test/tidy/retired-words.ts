/** Words that the project no longer uses, because the field has a standard term. */
import { readFileSync } from 'node:fs';
import type { Rule } from './rule.ts';

/** A retired word, and the standard terms to use instead. */
interface RetiredWord {
  readonly pattern: RegExp;
  readonly instead: string;
}

/**
 * Patterns for single words in prose and identifiers; the parts of a camel-case name are words,
 * too. They are matched against words in lower case.
 */
const retired: readonly RetiredWord[] = [
  { pattern: /^(?:told|untold)$/, instead: 'reported, notified, given, message' },
  { pattern: /^mend(?:s|ed|ing)?$/, instead: 'fix, remedy' },
  { pattern: /^forsak(?:e|es|en|ing)$/, instead: 'abandon, release' },
  { pattern: /^(?:bury|buries|buried|burying)$/, instead: 'dead-letter' },
  { pattern: /^couriers?$/, instead: 'signal router' },
  { pattern: /^lent$/, instead: 'external, provided by the caller' },
  { pattern: /^(?:somebody|nobody)$/, instead: 'the worker, the caller, no one' },
  { pattern: /^patien(?:t|ce|tly)$/, instead: 'retry, timeout' },
  { pattern: /^quicken(?:s|ed)?$/, instead: 'poll faster' },
  { pattern: /^reckon(?:s|ed|ing)?$/, instead: 'estimate, calculate' },
  { pattern: /^desks?$/, instead: 'activity tasks, message tasks' },
  { pattern: /^unserved$/, instead: 'unhandled' },
  { pattern: /^troubles?$/, instead: 'problems' },
];

/** Patterns for phrases and names whose single words are in use. */
const retiredNames: readonly RetiredWord[] = [
  { pattern: /\b#?(?:letGo|lets? go of)\b/, instead: 'release' },
  { pattern: /\b#?goesOn\b|\bgoes on with\b/, instead: 'resumes, continues' },
  { pattern: /\b(?:see )?this file's head\b/i, instead: 'documentation on the export itself' },
  { pattern: /\bback-off\b/i, instead: 'backoff' },
];

/** Refuses retired words in code, comments and texts. */
export const retiredWords: Rule = {
  name: 'texts and names use the standard terms of the field',

  check: (files) =>
    files
      .filter(({ path }) => path !== 'test/tidy/retired-words.ts')
      .flatMap(({ path, lines }) => findRetired(path, lines)),

  catches: [
    { sources: { 'lib/a.ts': '\n// The caller is told of it.' }, at: ['lib/a.ts:2'] },
    { sources: { 'lib/a.ts': 'const courierOptions = 1;' }, at: ['lib/a.ts:1'] },
    { sources: { 'lib/a.ts': "log('Nobody answered');" }, at: ['lib/a.ts:1'] },
    { sources: { 'lib/a.ts': 'this.#letGo();' }, at: ['lib/a.ts:1'] },
    { sources: { 'test/a.ts': "/** See this file's head. */" }, at: ['test/a.ts:1'] },
  ],

  permits: [
    { 'lib/a.ts': 'const amendment = recommended(silent); // equivalent, excellent' },
    { 'lib/a.ts': '// Retries with backoff, then dead-letters the task.' },
  ],
};

/** Finds retired words in the lines of a text, which may also be a document. */
export function findRetired(path: string, lines: readonly string[]) {
  return lines.flatMap((text, index) =>
    wordsToReplace(text).map(({ word, instead }) => ({
      path,
      line: index + 1,
      message: `"${word}" is retired: write ${instead}`,
    })),
  );
}

/** Finds retired words in a document below `root`. */
export function findRetiredIn(root: URL, path: string) {
  return findRetired(path, readFileSync(new URL(path, root), 'utf8').split('\n'));
}

function wordsToReplace(text: string): { word: string; instead: string }[] {
  const found = [...text.matchAll(/[A-Za-z]+?(?=[A-Z]|[^A-Za-z]|$)/g)].flatMap(([word]) => {
    const rule = retired.find(({ pattern }) => pattern.test(word.toLowerCase()));
    return rule === undefined ? [] : [{ word, instead: rule.instead }];
  });
  const names = retiredNames.flatMap(({ pattern, instead }) => {
    const word = pattern.exec(text)?.[0];
    return word === undefined ? [] : [{ word, instead }];
  });
  return [...found, ...names];
}
