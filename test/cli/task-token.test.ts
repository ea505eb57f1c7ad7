/** `millrace task-token`: a Task is answered by another process than the one that runs it. */
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import { keepDatabasesOpen } from '../support/kept-databases.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { settle } from '../support/signal.ts';
import { call, makeFolder, removeFolder } from './cli-call.ts';

keepDatabasesOpen();

const ask = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: 'ask', Payload: { 'token.$': '$$.Task.Token' } },
  End: true,
};
const definition = { StartAt: 'Ask', States: { Ask: ask } };

it('a token is answered from the command line, once', { timeout: 60_000 }, async () => {
  const folder = makeFolder({});
  onTestFinished(() => removeFolder(folder));
  const data = join(folder, 'data');
  const tokens: string[] = [];
  const handlers = { ask: ({ token }: { token: string }) => tokens.push(token) };
  const config = { machines: { order: { definition } }, handlers, data };
  const asking = await openMillrace({ config, logger: new QuietLogger() });
  await asking.start();
  const job = { machineId: 'order', input: {} } as const;
  const { executionId } = await asking.queueClient().enqueueExecution(job);
  for (;;) {
    const record = await asking.drivers.store.getExecution(executionId);
    if (tokens.length === 1 && record?.workerId === null) break;
    await settle();
  }
  await asking.close();
  const answer = (...words: string[]) => call(['task-token', ...words, '--data', data], { folder });

  const [token = ''] = tokens;
  const accepted = await answer('success', token, '--output', '[1]');
  const late = await answer('failure', token, '--error', 'No', '--cause', 'too late');

  expect(accepted).toMatchObject({ status: 0, stdout: 'accepted\n' });
  expect(late).toMatchObject({ status: 1, stderr: expect.stringContaining('no task waits') });
});
