/** The execution log on a stream: lines, a file that is appended to, a stream that fails. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  openExecutionLog,
  StreamExecutionLog,
} from '../../../lib/drivers/system/stream-execution-log.ts';
import type { ExecutionLogEvent } from '../../../lib/engine/execution-log-event.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

function event(id: string): ExecutionLogEvent {
  return {
    id,
    type: 'ExecutionStarted',
    details: { text: 'one\ntwo' },
    previous_event_id: '0',
    event_timestamp: '0',
    execution_arn: 'arn',
    redrive_count: '0',
  };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('execution log file', () => {
  it('an execution log has one JSON document per line, and is appended to by later processes', async () => {
    const path = join(newFolder(), 'executions.jsonl');
    for (const ids of [['1', '2'], ['3']]) {
      const log = await openExecutionLog(path, new QuietLogger());
      for (const id of ids) log.write([event(id)]);
      await log.close();
    }

    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');

    expect(lines.map((line) => JSON.parse(line))).toEqual(['1', '2', '3'].map(event));
  });

  it('an execution log in a missing folder is refused when it is opened', async () => {
    const path = join(newFolder(), 'nowhere', 'executions.jsonl');

    await expect(openExecutionLog(path, new QuietLogger())).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(path),
    });
  });
});

describe('failing execution log stream', () => {
  it('a failing stream logs the number of dropped events and rejects no call', async () => {
    const logger = new QuietLogger();
    const full = new Writable({ write: (_, __, done) => done(new Error('no space left')) });
    const log = new StreamExecutionLog(full, logger);

    log.write([event('1'), event('2')]);
    await log.close();

    expect(logger.entries).toMatchObject([
      { level: 'warn', fields: { events: 2, firstOf: 'arn', reason: 'no space left' } },
    ]);
  });
});
