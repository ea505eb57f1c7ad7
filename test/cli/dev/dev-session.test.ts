/** Apps that replace one another in one process. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../../lib/app/millrace.ts';
import { DevSession } from '../../../lib/cli/dev/dev-session.ts';
import type { MillraceConfig } from '../../../lib/config/config.ts';
import type { Handler } from '../../../lib/drivers/handlers/handler.ts';

/** An app whose only machine returns what `answer` does. */
function configOf(answer: Handler): MillraceConfig {
  const States = { Ask: { Type: 'Task', Resource: 'answer', End: true } };
  return {
    machines: { ask: { definition: { StartAt: 'Ask', States } } },
    handlers: { answer },
    graceSeconds: 5,
  };
}

const flags = { store: 'memory', broker: 'memory' } as const;

/** Starts a session whose next configurations are these; a function is called instead. */
async function start(first: MillraceConfig, ...next: (MillraceConfig | Error)[]) {
  const lines: string[] = [];
  const app = await openMillrace({ config: first, flags });
  const session = new DevSession({
    first: app,
    config: first,
    folder: '/app',
    load: async () => {
      const config = next.shift();
      if (config === undefined || config instanceof Error) throw config ?? new Error('no more');
      return { config, folder: '/app', file: '/app/millrace.config.ts' };
    },
    open: openMillrace,
    toOptions: ({ config }) => ({ config, flags }),
    report: (line) => lines.push(line),
  });
  onTestFinished(async () => {
    await session.stop();
    await app.close();
  });
  await session.start(['leader', 'worker']);
  return { session, lines };
}

async function ask({ current }: DevSession): Promise<unknown> {
  const { executionId } = await current.executions.start({ machineId: 'ask', input: {} });
  const ended = await current.executions.wait(executionId);
  return JSON.parse(ended?.output ?? 'null');
}

describe('a session of dev', () => {
  it('an app that is loaded again answers the next execution', async () => {
    const { session, lines } = await start(
      configOf(() => 1),
      configOf(() => 2),
      configOf(() => 3),
    );

    const before = await ask(session);
    await session.reload(['/app/handlers.ts']);
    const after = await ask(session);
    await session.reload(['/app/lib/a.ts', '/app/b.ts']);

    expect([before, after, await ask(session)]).toEqual([1, 2, 3]);
    expect(lines).toEqual(['reloaded: handlers.ts', 'reloaded: lib/a.ts, b.ts']);
  });

  it('an execution that runs while its app is replaced ends under the code that it began with', async () => {
    const [began, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { session } = await start(
      configOf(async () => {
        began.resolve();
        await finish.promise;
        return 'old';
      }),
      configOf(() => 'new'),
    );

    const asked = ask(session);
    await began.promise;
    await session.reload(['/app/handlers.ts']);
    finish.resolve();

    expect(await asked).toBe('old');
  });

  it('an app that cannot be loaded replaces nothing', async () => {
    const { session, lines } = await start(
      configOf(() => 1),
      new Error('not ready'),
      configOf(() => 3),
    );

    await session.reload(['/app/handlers.ts']);
    const between = await ask(session);
    await session.reload(['/app/handlers.ts']);

    expect([between, await ask(session)]).toEqual([1, 3]);
    expect(lines).toEqual([
      'reload failed: not ready',
      'the app before it goes on; save the file again to try once more',
      'reloaded: handlers.ts',
    ]);
  });
});
