/** `millrace message`: messages are stored until an execution waits for them, and listed. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepDatabasesOpen } from '../support/kept-databases.ts';
import { call, folderWith, jsonOf } from './cli-call.ts';

keepDatabasesOpen();

it('a message that is sent is stored and listed', { timeout: 60_000 }, async () => {
  const folder = folderWith({ 'body.json': '{"cents":5}' });
  const at = ['--data', join(folder, 'data')];

  const sent = await call(
    ['message', 'send', 'paid', '--value', '7', '--body', '@body.json', '--json', ...at],
    { folder },
  );
  const listed = await call(['message', 'list', '--key', 'paid', '--json', ...at], { folder });

  expect(sent).toMatchObject({ status: 0 });
  expect(jsonOf(listed)).toMatchObject({
    messages: [{ key: 'paid', value: 7, body: { cents: 5 } }],
    next: null,
  });
});

it('a message without a value that is JSON is refused', async () => {
  const folder = folderWith({});
  const send = (...words: string[]) =>
    call(['message', 'send', 'k', ...words, '--store', 'memory'], { folder });

  expect(await send()).toMatchObject({ status: 2, stderr: expect.stringContaining('--value') });
  expect(await send('--value', '{')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--value'),
  });
  expect(await send('--value', '1')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/),
  });
});
