/**
 * Replaces the bundler in tests of constructs that do not depend on what is in a bundle: bundling
 * takes most of the time of a synthesis.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionBundle } from '../../lib/infra/bundling/bundler.ts';

/** A bundler whose bundles are all the same empty handler. */
export class Bundler {
  readonly #folder = mkdtempSync(join(tmpdir(), 'millrace-stub-'));

  bundle(): FunctionBundle {
    writeFileSync(join(this.#folder, 'index.mjs'), 'export const handler = () => {};\n');
    return { folder: this.#folder, handler: 'index.handler', bytes: 33, digest: 'digest' };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
