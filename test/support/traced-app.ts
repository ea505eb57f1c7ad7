/** An app with machines of several shapes, whose spans go to an OTLP receiver. */
import { onTestFinished } from 'vitest';
import { Millrace } from '../../lib/app/millrace.ts';
import { openApp } from '../../lib/app/open-app.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { HandlerContext } from '../../lib/drivers/handlers/handler.ts';
import { receiveSpans } from './otlp-receiver.ts';
import { QuietLogger } from './quiet-logger.ts';

/** Fails a number of times, and keeps the contexts of its calls. */
class Charging {
  readonly contexts: HandlerContext[] = [];
  failuresLeft = 0;

  readonly handler = async (order: { id: string }, context: HandlerContext) => {
    this.contexts.push(context);
    context.logger.warn('charging', { id: order.id });
    if (this.failuresLeft > 0) {
      this.failuresLeft -= 1;
      throw Object.assign(new Error('try later'), { name: 'CardServiceBusy' });
    }
    return { charged: order.id };
  };
}

const definitions = {
  order: {
    StartAt: 'Check',
    States: {
      Check: { Type: 'Pass', Next: 'Charge' },
      Charge: { Type: 'Task', Resource: 'charge', End: true },
    },
  },
  stubborn: {
    StartAt: 'Charge',
    States: {
      Charge: {
        Type: 'Task',
        Resource: 'charge',
        Retry: [{ ErrorEquals: ['CardServiceBusy'], IntervalSeconds: 1, MaxAttempts: 2 }],
        End: true,
      },
    },
  },
  wide: {
    StartAt: 'Split',
    States: {
      Split: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 900, End: true } } },
          {
            StartAt: 'Break',
            States: { Break: { Type: 'Fail', Error: 'Broken', Cause: 'on purpose' } },
          },
        ],
        Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 1, MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Each' }],
        End: true,
      },
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
        End: true,
      },
    },
  },
  parent: {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Left', States: { Left: { Type: 'Pass', End: true } } },
          {
            StartAt: 'Child',
            States: {
              Child: {
                Type: 'Task',
                Resource: 'arn:aws:states:::states:startExecution.sync:2',
                Parameters: {
                  StateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:order',
                  'Input.$': '$',
                },
                End: true,
              },
            },
          },
        ],
        End: true,
      },
    },
  },
};

/** Opens the app; `close` sends its last spans. */
export async function openTracedApp(options: { readonly isTracing?: boolean } = {}) {
  const receiver = await receiveSpans();
  const logger = new QuietLogger();
  const charging = new Charging();
  const config: MillraceConfig = {
    machines: Object.fromEntries(
      Object.entries(definitions).map(([id, definition]) => [id, { definition }]),
    ),
    handlers: { charge: charging.handler },
    batches: {
      orders: {
        machine: 'order',
        source: { kind: 'items', items: [{ id: 'A' }, { id: 'B' }] },
        options: { failurePolicy: null },
      },
    },
    retryDelay: () => 0.01,
  };
  const app = new Millrace(
    await openApp({
      config,
      logger,
      env: {
        store: 'memory',
        broker: 'memory',
        ...(options.isTracing !== false && { otlpEndpoint: receiver.url }),
      },
    }),
  );
  let isOpen = true;
  const close = async () => {
    if (isOpen) await app.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { receiver, logger, charging, app, close };
}
