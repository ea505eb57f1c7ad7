/** Code of a next release, in folders of this machine. */

import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionDefinition, locateHandler } from '../runtime/function-definition.ts';

/** What the next release of a function is like. */
export type NextCode = 'changed' | 'broken';

/** Copies of code, until they are removed. */
export class NextCodes {
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<NextCodes> {
    return new NextCodes(await mkdtemp(join(tmpdir(), 'millrace-next-')));
  }

  /** Returns a function with its code as a next release has it: it works as before, or throws. */
  async copy(definition: FunctionDefinition, code: NextCode): Promise<FunctionDefinition> {
    this.#count += 1;
    const taskRoot = join(this.#folder, String(this.#count));
    await cp(definition.taskRoot, taskRoot, { recursive: true });
    const next = { ...definition, taskRoot };
    const { module, exportName } = locateHandler(next);
    const file = ['.mjs', '.js', '.cjs']
      .map((end) => module + end)
      .find((each) => existsSync(each));
    if (file === undefined) return next;
    if (code === 'changed') await appendFile(file, '\n// The next release.\n');
    else await writeFile(`${module}.mjs`, throwing(exportName));
    return next;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function throwing(exportName: string): string {
  const thrown = "throw new Error('a mistake of the next release');";
  return `export const ${exportName} = async () => { ${thrown} };\n`;
}
