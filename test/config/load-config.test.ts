/** Finding and loading a configuration. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../lib/config/load-config.ts';

const right = 'export default { machines: {} };\n';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('loading a configuration', () => {
  it('finds millrace.config.ts in the folder, before the other spellings', async () => {
    writeFileSync(join(folder, 'millrace.config.mjs'), 'export default 5;\n');
    writeFileSync(join(folder, 'millrace.config.ts'), `const machines: object = {};\n${right}`);

    const { config, file, folder: found } = await loadConfig(undefined, folder);

    expect(config).toEqual({ machines: {} });
    expect(file).toBe(join(folder, 'millrace.config.ts'));
    expect(found).toBe(folder);
  });

  it('takes the file that is named, relative to the folder', async () => {
    writeFileSync(join(folder, 'other.mjs'), right);

    expect((await loadConfig('other.mjs', folder)).file).toBe(join(folder, 'other.mjs'));
  });

  it('says where it looked when there is none, and what to do', async () => {
    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining(`there is no millrace.config.ts in ${folder}`),
    });
    await expect(loadConfig('gone.ts', folder)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: `there is no configuration at ${join(folder, 'gone.ts')}`,
    });
  });

  it('names the file that fails while it is loaded, with the reason', async () => {
    const path = join(folder, 'millrace.config.mjs');
    writeFileSync(path, "throw new Error('no database password');\n");

    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/millrace\.config\.mjs could not be loaded: no database/),
    });
  });

  it('refuses a file without a default export', async () => {
    writeFileSync(join(folder, 'millrace.config.mjs'), 'export const machines = {};\n');

    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('default export'),
    });
  });
});
