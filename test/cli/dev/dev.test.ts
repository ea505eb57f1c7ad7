/** `millrace dev` in this process: what it does when files of its app change. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { call, folderWith } from '../cli-call.ts';

const definition = (value: number) =>
  JSON.stringify(
    { StartAt: 'A', States: { A: { Type: 'Pass', Result: value, End: true } } },
    null,
    2,
  );

it('millrace dev reloads a changed definition, names the line of an error, and stays at its address', async () => {
  const folder = folderWith({
    'millrace.config.mjs': `export default { machines: { a: { definition: './a.asl.json' } } };`,
    'a.asl.json': definition(1),
  });
  const stop = new AbortController();
  const steps = [
    [/is running on/, definition(2)],
    [/^reloaded: a\.asl\.json$/m, definition(3).replace('"End": true', '"Next": "B"')],
    [/^reload failed/m, null],
  ] as const;
  let done = 0;

  const { status, stderr } = await call(['dev', '--store', 'memory'], {
    folder,
    interrupted: stop.signal,
    onStderr: (said) => {
      const [after, text] = steps[done] ?? [];
      if (!after?.test(said)) return;
      done += 1;
      if (text === null || text === undefined) stop.abort();
      else writeFileSync(join(folder, 'a.asl.json'), text);
    },
  });

  expect(status).toBe(0);
  expect(stderr.match(/^dashboard: http/gm)).toHaveLength(1);
  expect(stderr).toMatch(/^reload failed: a\.asl\.json:7: Missing 'Next' target: B/m);
  expect(stderr).toMatch(/^the app before it goes on; save the file again/m);
});
