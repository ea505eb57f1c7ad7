/** Routing of Tasks: handlers before services. */
import { describe, expect, it } from 'vitest';
import { HandlerInvoker } from '../../../lib/drivers/handlers/handler-invoker.ts';
import { RoutedInvoker } from '../../../lib/drivers/router/routed-invoker.ts';
import type { TaskInvoker } from '../../../lib/ports/task-invoker.ts';
import { createInvocation } from '../../support/invocation.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

function serviceThat(answers: string, refusal: string | null = null): TaskInvoker {
  return { findRefusal: () => refusal, invoke: async () => ({ ok: true, result: answers }) };
}

function routed(services: Readonly<Record<string, TaskInvoker>>) {
  const handlers = new HandlerInvoker({ charge: () => 'handler' }, new QuietLogger());
  return new RoutedInvoker([
    { resources: /^/, invoker: handlers },
    ...Object.entries(services).map(([prefix, invoker]) => ({
      resources: new RegExp(`^${prefix}`),
      invoker,
    })),
  ]);
}

const lambda = 'arn:aws:lambda:eu-central-1:123456789012:function';

describe('a routed task', () => {
  it('a task goes to its handler, else to the first service that supports it', async () => {
    const invoker = routed({
      'arn:aws:lambda:': serviceThat('lambda'),
      'arn:': serviceThat('any'),
    });
    const answer = (resource: string) => invoker.invoke(createInvocation({ resource }));

    expect(await answer(`${lambda}:charge`)).toEqual({ ok: true, result: 'handler' });
    expect(await answer(`${lambda}:ship`)).toEqual({ ok: true, result: 'lambda' });
    expect(await answer('arn:else')).toEqual({ ok: true, result: 'any' });
    expect(await answer('unknown')).toMatchObject({ ok: false, error: 'Millrace.UnknownHandler' });
  });

  it('a task that no route supports is refused with all reasons', () => {
    const invoker = routed({ 'arn:': serviceThat('any', 'the package x is not installed') });

    expect(invoker.findRefusal({ resource: `${lambda}:charge` })).toBeNull();
    expect(invoker.findRefusal({ resource: `${lambda}:ship` })).toBe(
      "no handler is named 'ship' (known: charge), and the package x is not installed",
    );
    expect(invoker.findRefusal({ resource: 'ship' })).toContain("no handler is named 'ship'");
    expect(new RoutedInvoker([]).findRefusal({ resource: 'ship' })).toBe('no invoker supports it');
  });

  it('a call that never reached AWS says which handler would have taken it', async () => {
    const failing = (error: string): TaskInvoker => ({
      findRefusal: () => null,
      invoke: async () => ({ ok: false, error, cause: 'Region is missing' }),
    });
    const causeOf = async (error: string) => {
      const invoker = routed({ 'arn:': failing(error) });
      const answer = await invoker.invoke(createInvocation({ resource: `${lambda}:ship` }));
      return 'cause' in answer ? answer.cause : null;
    };

    expect(await causeOf('Lambda.SdkClientException')).toBe(
      "Region is missing; it was sent to AWS because no handler is named 'ship' (known: charge)",
    );
    expect(await causeOf('Lambda.ResourceNotFoundException')).toBe('Region is missing');
  });

  it('a task that one service refuses goes to the next', async () => {
    const invoker = routed({
      'arn:aws:lambda:': serviceThat('here', 'not here'),
      'arn:': serviceThat('there'),
    });

    const answer = await invoker.invoke(createInvocation({ resource: `${lambda}:ship` }));

    expect(answer).toEqual({ ok: true, result: 'there' });
  });
});
