/**
 * The style rules: each runs over all sources, and over its own examples, which prove that it can
 * fail.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { barrels } from './tidy/barrels.ts';
import { deadExports } from './tidy/dead-exports.ts';
import { documentedExports, openingComments } from './tidy/documentation.ts';
import { environment } from './tidy/environment.ts';
import { fileNames } from './tidy/file-names.ts';
import { importCycles } from './tidy/import-cycles.ts';
import { importDirection } from './tidy/import-direction.ts';
import { narrowedSuites, unfinishedNotes } from './tidy/leftovers.ts';
import { plainLiterals } from './tidy/plain-literals.ts';
import { purity } from './tidy/purity.ts';
import { findRetiredIn, retiredWords } from './tidy/retired-words.ts';
import type { Problem, Rule, Sources } from './tidy/rule.ts';
import { singleMeaning } from './tidy/single-meaning.ts';
import { fileLength, functionLength, lineWidth } from './tidy/sizes.ts';
import { sleeps } from './tidy/sleeps.ts';
import { parseSourceFile, readSourceFiles } from './tidy/source-file.ts';
import { dependencyCycles, folderSize, importCount } from './tidy/structure.ts';
import { testTitles } from './tidy/test-titles.ts';
import { typeEscapes } from './tidy/type-escapes.ts';
import { vendorPackages } from './tidy/vendor-packages.ts';

const rules: readonly Rule[] = [
  importDirection,
  importCycles,
  dependencyCycles,
  folderSize,
  importCount,
  barrels,
  vendorPackages,
  purity,
  environment,
  fileLength,
  functionLength,
  lineWidth,
  fileNames,
  openingComments,
  documentedExports,
  deadExports,
  singleMeaning,
  retiredWords,
  plainLiterals,
  typeEscapes,
  unfinishedNotes,
  narrowedSuites,
  testTitles,
  sleeps,
];

const root = fileURLToPath(new URL('..', import.meta.url));
const files = readSourceFiles(root);

function parseSources(sources: Sources) {
  return Object.entries(sources).map(([path, text]) => parseSourceFile(path, text));
}

function formatPlace({ path, line }: Problem): string {
  return `${path}:${line}`;
}

describe('the sources', () => {
  it.each(rules)('the sources keep the rule: $name', (rule) => {
    const problems = rule.check(files);

    const report = problems.map((each) => `  ${formatPlace(each)} ${each.message}`).join('\n');
    if (problems.length > 0) expect.fail(`broken at ${problems.length} places:\n${report}\n`);
  });

  it('the sources include every folder', () => {
    const tops = new Set(files.map(({ path }) => path.split('/')[0]));

    expect([...tops]).toEqual(expect.arrayContaining(['lib', 'bin', 'examples', 'test']));
  });

  it('the documents use the standard terms of the field', () => {
    const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md'].concat(
      readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    );

    expect(documents.flatMap((path) => findRetiredIn(pathToFileURL(root), path))).toEqual([]);
  });
});

describe('style rules', () => {
  it.each(rules)('the rule "$name" catches every violation among its examples', (rule) => {
    const found = rule.catches.map(({ sources }) =>
      rule.check(parseSources(sources)).map(formatPlace),
    );

    expect(rule.catches.length).toBeGreaterThan(0);
    expect(found).toEqual(rule.catches.map(({ at }) => at));
  });

  it.each(rules)('the rule "$name" permits its valid examples', (rule) => {
    const problems = rule.permits.flatMap((sources) => rule.check(parseSources(sources)));

    expect(rule.permits.length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});
