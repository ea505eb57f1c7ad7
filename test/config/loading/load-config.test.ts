/** Finding and loading a configuration. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/loading/load-config.ts';

const valid = 'export default { machines: {} };\n';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('loadConfig', () => {
  it('millrace.config.ts is loaded in preference to the other file names', async () => {
    writeFileSync(join(folder, 'millrace.config.mjs'), 'export default 5;\n');
    writeFileSync(join(folder, 'millrace.config.ts'), `const machines: object = {};\n${valid}`);

    const { config, file, folder: found } = await loadConfig(undefined, folder);

    expect(config).toEqual({ machines: {} });
    expect(file).toBe(join(folder, 'millrace.config.ts'));
    expect(found).toBe(folder);
  });

  it('a configuration in CommonJS is found, and its exports are the configuration', async () => {
    writeFileSync(join(folder, 'millrace.config.cjs'), 'module.exports = { machines: {} };\n');

    expect((await loadConfig(undefined, folder)).config).toEqual({ machines: {} });
  });

  it('a named configuration is loaded relative to the folder', async () => {
    writeFileSync(join(folder, 'other.mjs'), valid);

    expect((await loadConfig('other.mjs', folder)).file).toBe(join(folder, 'other.mjs'));
  });

  it('a missing configuration is reported with the path and what to do', async () => {
    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining(`there is no millrace.config.ts in ${folder}`),
    });
    await expect(loadConfig('gone.ts', folder)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: `there is no configuration at ${join(folder, 'gone.ts')}`,
    });
  });

  it('a configuration that throws is reported with its path and the reason', async () => {
    const path = join(folder, 'millrace.config.mjs');
    writeFileSync(path, "throw new Error('no database password');\n");

    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/millrace\.config\.mjs could not be loaded: no database/),
    });
  });

  it('a configuration without a default export is refused', async () => {
    writeFileSync(join(folder, 'millrace.config.mjs'), 'export const machines = {};\n');

    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('default export'),
    });
  });
});
