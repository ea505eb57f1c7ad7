/**
 * Builds the page of the dashboard once, before the first file of the project `browser`. Tests use
 * a copy: someone who works on the page, and builds it meanwhile, does not break them.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildPage } from '../../lib/server/page/build-page.ts';
import { pageFolder } from '../../lib/server/page/page-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the built page. */
    readonly builtPage: string;
  }
}

/** Called by vitest before the first test file; the returned function is called after the last. */
export default async function setup(project: TestProject): Promise<() => void> {
  const page = pageFolder();
  await buildPage(page);
  const copy = mkdtempSync(join(tmpdir(), 'millrace-page-'));
  cpSync(page.built, copy, { recursive: true });
  project.provide('builtPage', copy);
  return () => rmSync(copy, { recursive: true, force: true });
}
