/** `millrace machine version` and `millrace machine alias`. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepDatabasesOpen } from '../support/kept-databases.ts';
import { call, folderWith } from './cli-call.ts';

keepDatabasesOpen();

const definition = "{ StartAt: 'S', States: { S: { Type: 'Succeed' } } }";
const config = `export default { machines: { order: { definition: ${definition} } } };`;

it('versions and aliases are made, shown and deleted', async () => {
  const folder = folderWith({ 'millrace.config.mjs': config });
  const data = ['--data', join(folder, 'data')];
  const run = (words: string) => call([...words.split(' '), ...data], { folder });

  expect(await run('machine version list order')).toMatchObject({
    stdout: 'there is no published version\n',
  });
  expect(await run('machine version create order --description first')).toMatchObject({
    status: 0,
    stdout: 'order:1\n',
  });
  expect((await run('machine version list order')).stdout).toContain('first');
  expect(await run('machine alias create order live 1')).toMatchObject({
    stdout: 'order:live routes to 1=100%\n',
  });
  expect(JSON.parse((await run('machine alias list order --json')).stdout)).toMatchObject({
    aliases: [{ name: 'live', routes: [{ version: 1, weight: 100 }] }],
  });
  expect(await run('machine alias update order live 1=90 2=10')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('has no published version 2'),
  });
  expect(await run('machine version delete order 1')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('live'),
  });
  expect(await run('machine alias update order live one')).toMatchObject({ status: 2 });
  expect((await run('machine alias delete order live')).stdout).toBe('deleted order:live\n');
  expect((await run('machine version delete order 1')).stdout).toBe('deleted order:1\n');
  expect(await run('machine alias list order --account 1')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('twelve digits'),
  });
});
