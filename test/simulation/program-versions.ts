/**
 * Two versions of a program that run side by side over one store and its queues, as during a
 * rolling deploy. The newer one has more handlers and transformers, other definitions, and sends
 * messages in a form that the older one does not know.
 */
import type { Json } from '../../lib/asl/json/json.ts';
import type { Broker, DeadLetter, Delivery, TaskMessage } from '../../lib/ports/broker.ts';
import type { DrawnMachine } from './random-machine.ts';

/** A version of the program. */
export type ProgramVersion = 'older' | 'newer';

/** Both versions. */
export const programVersions: readonly [ProgramVersion, ProgramVersion] = ['older', 'newer'];

/** The handler that each version has for the same work; the newer one keeps that of the older. */
export const ownHandler: Readonly<Record<ProgramVersion, string>> = Object.freeze({
  older: 'work',
  newer: 'rework',
});

/** Returns the handler that the version lacks; null when it has all of them. */
export function findLackedHandler(version: ProgramVersion | null): string | null {
  return version === 'older' ? ownHandler.newer : null;
}

/** Returns the name of the transformer that came with the version. */
export function ownTransformer(version: ProgramVersion): string {
  return `${version}Item`;
}

/** Returns the transformers of the version. */
export function transformersOf(version: ProgramVersion): Record<string, (item: Json) => Json> {
  const known = version === 'newer' ? programVersions : [version];
  return Object.fromEntries(known.map((each) => [ownTransformer(each), (item: Json) => item]));
}

/** Returns the machine as the version defines it: the newer one marks what it has run. */
export function inVersion(machine: DrawnMachine, version: ProgramVersion): DrawnMachine {
  if (version === 'older') return machine;
  const from = JSON.stringify({ Resource: ownHandler.older }).slice(1, -1);
  const to = JSON.stringify({ Resource: ownHandler.newer }).slice(1, -1);
  const changed: { readonly StartAt: string; readonly States: object } = JSON.parse(
    JSON.stringify(machine.definition).replaceAll(from, to),
  );
  const Release = { Type: 'Pass', Result: 'newer', ResultPath: '$.release', Next: changed.StartAt };
  const States = { Release, ...changed.States };
  return { ...machine, definition: { ...changed, StartAt: 'Release', States } };
}

/** The version that messages of the newer program name. */
const messageVersion = 2;

/** Wraps the broker of a newer process: it sends in its own form, and reads both. */
export function newerBroker(broker: Broker): Broker {
  return {
    ...broker,
    send: (queue, messages) => broker.send(queue, messages.map(toNewerForm)),
    receive: async (request) => (await broker.receive(request)).map(fromNewerForm),
    receiveDead: async (queue, max, visibilityMs) =>
      (await broker.receiveDead(queue, max, visibilityMs)).map(fromNewerForm),
  };
}

function toNewerForm(message: TaskMessage): TaskMessage {
  return { ...message, body: JSON.stringify({ version: messageVersion, task: message.body }) };
}

function fromNewerForm<Received extends Delivery | DeadLetter>(received: Received): Received {
  const { version, task }: { readonly version?: number; readonly task?: string } = JSON.parse(
    received.body,
  );
  return version === messageVersion ? { ...received, body: task ?? '' } : received;
}
