import type { ProjectOptions } from './project-options.ts';

/** What differs between the examples that a project can begin with. */
export interface ProjectExample {
  /** The name of the batch of its configuration. */
  readonly batch: string;
  /** What the batch does, in a sentence. */
  readonly purpose: string;
  /** The file of its definition. */
  readonly definition: string;
  /** An execution of the batch that failed, or took another way. */
  readonly execution: string;
  /** Returns its files by path. @param code the ending of the files with code */
  readonly files: (options: Pick<ProjectOptions, 'language' | 'tests'>) => ProjectFiles;
}

/** The texts of files by their path in the project. */
export type ProjectFiles = Readonly<Record<string, string>>;

/** Returns `text` in TypeScript, and nothing in JavaScript. */
export function typesOnly(language: ProjectOptions['language']): (text: string) => string {
  return (text) => (language === 'ts' ? text : '');
}

/** Returns the beginning of a test in a project: `machine` of its configuration. */
export function testOpening(language: ProjectOptions['language'], machine: string): string {
  return `import { test } from 'node:test';
import { testMachine } from 'millrace/testing';
import config from './millrace.config.${language}';

/** Runs in memory, and skips the time in which nothing happens. */
const machine = await testMachine({
  config,
  machine: '${machine}',
  folder: import.meta.dirname,
  realHandlers: true,
});
`;
}
