/** `millrace machine graph` of a definition in a file. */
import { expect, it } from 'vitest';
import { call, echo, folderWith } from './cli-call.ts';

it('machine graph draws the definition in a file without an app', async () => {
  const folder = folderWith({ 'a.asl.json': echo });

  const text = await call(['machine', 'graph', 'a.asl.json'], { folder });
  const svg = await call(['machine', 'graph', 'a.asl.json', '--svg'], { folder });

  expect(text).toMatchObject({ status: 0, stderr: '' });
  expect(text.stdout).toContain('Echo');
  expect(svg.stdout).toContain('<title>a.asl.json</title>');
});

it('machine graph refuses a definition that is not valid, and --svg with --json', async () => {
  const folder = folderWith({ 'a.json': '{"StartAt":"A","States":{}}', 'b.json': echo });

  const invalid = await call(['machine', 'graph', 'a.json'], { folder });
  const both = await call(['machine', 'graph', 'b.json', '--svg', '--json'], { folder });

  expect([invalid.status, both.status]).toEqual([1, 2]);
  expect(invalid.stderr).toContain("Missing 'Next' target: A");
  expect(invalid.stdout).toBe('');
});
