/** `millrace message send | list`: messages for states of the type Message. */
import { Command } from 'commander';
import type { Json } from '../../asl/json/json.ts';
import type { MessageRecord } from '../../ports/message-store.ts';
import { type AppOptions, inspectApp, wholeNumber, withAppOptions } from '../app-options.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { readJsonOption } from '../json-option.ts';
import { type PageOptions, pageOf, printPage, withPageOptions } from '../paging.ts';
import { momentText, textTable } from '../text-table.ts';

/** The commands. */
export function messageCommand(io: Io): Command {
  return new Command('message')
    .description('messages for executions that wait for them')
    .addCommand(sendCommand(io))
    .addCommand(listCommand(io));
}

interface SendOptions extends AppOptions {
  readonly value: string;
  readonly body: string;
  readonly ttl?: number;
}

function sendCommand(io: Io): Command {
  const command = new Command('send')
    .description('hand a message to all who wait for it, or keep it for the first that comes')
    .argument('<key>', 'the CorrelationKey of the states it is for')
    .requiredOption('--value <json>', 'their CorrelationValue: JSON, @file, or -')
    .option('--body <json>', 'what they are given: JSON, @file, or -', '{}')
    .option('--ttl <seconds>', 'how long it waits for somebody (default: 14 days)', wholeNumber);
  return withAppOptions(command).action((key: string, options: SendOptions) =>
    inspectApp(io, command, async (app) => {
      const { value, body, ttl } = options;
      const messageId = await app.sendMessage({
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

interface ListOptions extends PageOptions {
  readonly key?: string;
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('messages that nobody has waited for yet, oldest first')
    .option('--key <key>', 'with this key only');
  return withAppOptions(withPageOptions(command)).action((options: ListOptions) =>
    inspectApp(io, command, async ({ store }) => {
      const { key } = options;
      const page = await store.listMessages(key === undefined ? {} : { key }, pageOf(options));
      const entries = page.entries.map(shown);
      printPage(io, options, 'messages', { ...page, entries }, messageTable);
    }),
  );
}

interface ShownMessage extends Omit<MessageRecord, 'value' | 'body'> {
  readonly value: Json;
  readonly body: Json;
}

function shown({ value, body, ...message }: MessageRecord): ShownMessage {
  return { ...message, value: JSON.parse(value) as Json, body: JSON.parse(body) as Json };
}

function messageTable(entries: readonly ShownMessage[]): string[] {
  if (entries.length === 0) return ['no message waits for anybody'];
  return textTable(
    ['id', 'key', 'value', 'body', 'received', 'expires'],
    entries.map(({ id, key, value, body, receivedAt, expiresAt }) => [
      ...[id, key, JSON.stringify(value), JSON.stringify(body)],
      ...[momentText(receivedAt), momentText(expiresAt)],
    ]),
  );
}
