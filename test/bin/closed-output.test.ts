/** Output to a pipe whose reader has closed it, as in `millrace … | head`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../../bin/millrace.js', import.meta.url));

it('a closed pipe does not end a command', async () => {
  const child = spawn(process.execPath, [launcher, '--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const stderr = text(child.stderr);

  const [code] = await once(child, 'exit');

  expect(await stderr).toBe('');
  expect(code).toBe(0);
});
