import type { Problem, Rule } from './rule.ts';
import { isIn, type SourceFile } from './source-file.ts';
import { testCallsOf } from './test-calls.ts';

/**
 * Beginnings of titles that only continue the title of their suite: a verb, a preposition or a
 * relative clause. The verbs are those that titles used to begin with; some are also plural nouns
 * ("calls are retried"), which the words after them show.
 */
const fragmentStarts = new RegExp(
  `^(?:${[
    'about|acknowledging|after|and|as|at|because|before|between|beyond|by|during|for|from|if|in|into|of|on|or',
    'out|over|since|than|that|though|through|to|too|under|until|when|whether|while|who|whoever|whom|whose',
    'with|within|without|how|however|what|which|why',
    'is|are|was|were|be|been|has|have|had|does|do|did|may|might|can|cannot|could|must|will|would|need|needs',
    'abort|aborts|accepts|agrees|allows?|answers?|archives?|arrives|asks?|bears|begins?|becomes?|beats',
    'calls?|cancels?|carry|carries|catch|catches|changes?|charges|claims|closes|comes?|compiles|copies',
    'costs?|counts?|creates?|decodes|defaults|delays|deletes?|delivers|describes|doubles?|drains|draws|drops',
    'enqueues?|ends?|enters|expands|expires|fails?|fills|finds?|fires|fits|follows|forgets|gathers',
    'gets?|gives?|goes|go|grants?|grows?|handles|hands|hears|hides?|holds?|honours?|ignores|installs|joins?',
    'judges|keeps?|knows?|lacks|leads|leaves?|lends|lets?|lies?|lists?|lives|loads|logs|looks|loops|loses',
    'makes?|matches|match|merges|names?|narrows|nests|never|notices|numbers|opens|orders|outlives|owes',
    'passes|pass|pauses?|pays?|prints|publishes|puts?|purges?|reaches|reads?|records|refuses?|rejects|releases|repeats',
    'replaces|reports?|resolves|restarts|rests|resumes?|retries|returns?|runs?|says?|schedules|sees|sends?',
    'serves?|sets?|settles|shares?|shows?|signals|skips|sorts|speaks|spreads?|starts?|stays?|stops?|streams',
    'succeeds|survives|sweeps|takes?|tells?|throws|throttles|ticks|tries|turns?|uses?|varies|waits?|wakes?',
    'wants|warns?|weighs|works|writes?',
  ].join('|')})\\b(?!-)(?! (?:are|of|that|may|never|depend|from|in|have)\\b)`,
);

/**
 * Refuses titles that are not sentences of their own, that two tests share, or that say "should": a
 * failed title says by itself what no longer holds.
 */
export const testTitles: Rule = {
  name: 'a test title is a sentence of its own',

  check(files) {
    const first = new Map<string, string>();
    return files
      .filter(({ path }) => isIn(path, 'test'))
      .flatMap((file) => checkTitles(file, first));
  },

  catches: [
    {
      sources: {
        'test/a.test.ts': "it('a thing holds', () => {});",
        'test/b.test.ts': "\ntest.each([1])('a thing holds', () => {});",
      },
      at: ['test/b.test.ts:2'],
    },
    { sources: { 'test/a.test.ts': "it('should hold', () => {});" }, at: ['test/a.test.ts:1'] },
    { sources: { 'test/a.test.ts': "it('refuses a thing', () => {});" }, at: ['test/a.test.ts:1'] },
    { sources: { 'test/a.test.ts': "it('that is whole', () => {});" }, at: ['test/a.test.ts:1'] },
    { sources: { 'test/a.test.ts': "it.skipIf(x)('', () => {});" }, at: ['test/a.test.ts:1'] },
  ],

  permits: [
    { 'test/a.test.ts': "it('a holds', () => {}); it('b holds', () => {});" },
    {
      'test/a.test.ts':
        "it('calls that fail are retried', () => {}); it('logs are kept', () => {});",
    },
    { 'test/a.test.ts': 'it(`a $' + '{x}`, () => {}); it(`a $' + '{x}`, () => {});' },
    { 'test/a.test.ts': "/a/.test('x'); pattern.test('x'); describe('a'); describe('a');" },
    { 'test/a.test.ts': 'for (const c of cases) it(c.title, () => {}); it(title, () => {});' },
  ],
};

function checkTitles(file: SourceFile, first: Map<string, string>): Problem[] {
  return testCallsOf(file).flatMap(({ title, line }) => {
    if (title === undefined) return [];
    const complain = (message: string) => [{ path: file.path, line, message }];
    const other = first.get(title);
    first.set(title, `${file.path}:${line}`);
    if (title.trim() === '') return complain('a test without a title: say what the test shows');
    if (fragmentStarts.test(title)) {
      return complain(`"${title}" does not stand alone: begin with the subject of the sentence`);
    }
    if (/\bshould\b/i.test(title))
      return complain(`"${title}": say what happens, not what should happen`);
    if (other !== undefined)
      return complain(`"${title}" is also the title at ${other}: say what differs`);
    return [];
  });
}
