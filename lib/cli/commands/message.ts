/** The commands `millrace message list | send`. */
import { Command } from 'commander';
import type { WaitingMessage } from '../../operations/messages.ts';
import { withExamples } from '../examples.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type AppOptions, wholeNumber, withApp, withAppOptions } from '../options/app-options.ts';
import { readJsonOption } from '../options/read-json-option.ts';
import { type PageOptions, printPage, toPageRequest, withPageOptions } from '../paging.ts';
import type { TableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';

/** Creates the commands. */
export function messageCommand(io: Io): Command {
  return new Command('message')
    .description('list and send messages for executions that wait for them')
    .addCommand(listCommand(io))
    .addCommand(sendCommand(io));
}

interface ListOptions extends PageOptions {
  readonly key?: string;
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('list messages that no execution has waited for yet, oldest first')
    .option('--key <key>', 'only with this key');
  withExamples(withAppOptions(withPageOptions(command)), {
    'millrace message list --key paid': 'list the messages of a key that wait',
  });
  return command.action((options: ListOptions) =>
    withApp(io, command, async ({ messages }) => {
      const { key } = options;
      const page = await messages.list(key === undefined ? {} : { key }, toPageRequest(options));
      printPage(io, options, 'messages', page, messageTable);
    }),
  );
}

function messageTable(entries: readonly WaitingMessage[], look: TableLook): string[] {
  if (entries.length === 0) return ['no message waits'];
  return textTable(
    ['id', 'key', 'value', 'body', 'received', 'expires'],
    entries.map(({ id, key, value, body, receivedAt, expiresAt }) => [
      id,
      key,
      JSON.stringify(value),
      JSON.stringify(body),
      momentText(receivedAt),
      momentText(expiresAt),
    ]),
    { look, optional: ['expires', 'received'] },
  );
}

interface SendOptions extends AppOptions {
  readonly value: string;
  readonly body: string;
  readonly ttl?: number;
}

function sendCommand(io: Io): Command {
  const command = new Command('send')
    .description('deliver a message to every waiting execution, or store it until one waits')
    .argument('<key>', 'the CorrelationKey of the states')
    .requiredOption('--value <json>', 'their CorrelationValue: JSON, @file, or -')
    .option('--body <json>', 'the result of the states: JSON, @file, or -', '{}')
    .option('--ttl <seconds>', 'how long it is stored (default: 14 days)', wholeNumber);
  withExamples(withAppOptions(command), {
    'millrace message send paid --value 7 --body \'{"cents": 500}\'':
      'notify the executions that wait for order 7 that it is paid',
  });
  return command.action((key: string, options: SendOptions) =>
    withApp(io, command, async ({ messages }) => {
      const { value, body, ttl } = options;
      const messageId = await messages.send({
        key,
        value: await readJsonOption(io, '--value', value),
        body: await readJsonOption(io, '--body', body),
        ...(ttl !== undefined && { ttlSeconds: ttl }),
      });
      if (options.json) printJson(io, { messageId });
      else printLines(io, [messageId]);
    }),
  );
}
