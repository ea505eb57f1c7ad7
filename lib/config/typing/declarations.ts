/** Writes declarations of an app's names and payloads, from its configuration and definitions. */

import type { MachineDefinition } from '../../asl/definition.ts';
import { findTaskResources } from '../../asl/find-task-resources.ts';
import { walkStates } from '../../asl/walk-states.ts';
import { findHandlerTarget } from '../../drivers/handlers/handler-target.ts';
import { defaultWeights } from '../../roles/delivery/priority-picker.ts';
import type { MillraceConfig } from '../config.ts';
import { toPayloadType } from './type-text.ts';

/** How a file of declarations begins: only such a file is overwritten. */
export const declarationsHeader = '/** Written by `millrace types`; changes are lost. */';

/**
 * Returns the text of the declarations.
 * @param definitions the definitions of the configuration's machines, by id
 */
export function writeDeclarations(
  config: MillraceConfig,
  definitions: ReadonlyMap<string, MachineDefinition>,
): string {
  const machines = Object.entries(config.machines);
  const each = (name: string, about: string, typeOf: (id: string) => string) => [
    `/** ${about} */`,
    `export interface ${name} {`,
    ...machines.map(([id]) => `  readonly ${JSON.stringify(id)}: ${typeOf(id)};`),
    '}',
    '',
  ];
  const payloads = (direction: 'input' | 'output') => (id: string) =>
    toPayloadType(config.machines[id]?.[direction], direction);
  return [
    declarationsHeader,
    "import type { Handler, Json } from 'millrace';",
    '',
    ...names('MachineId', 'The machines.', Object.keys(config.machines)),
    ...names('BatchName', 'The batches.', Object.keys(config.batches ?? {})),
    ...names('QueueName', 'The queues.', Object.keys(config.queues ?? defaultWeights)),
    ...names('ActivityName', 'The activities.', config.activities ?? []),
    ...names('TransformerName', 'The transformers.', Object.keys(config.transformers ?? {})),
    ...each('MachineStates', 'The states of each machine.', (id) =>
      namesText(statesOf(definitions.get(id))),
    ),
    ...each('MachineHandlers', 'The handlers that each machine calls.', (id) =>
      namesText(handlersOf(definitions.get(id))),
    ),
    ...each('MachineInputs', 'What each machine takes.', payloads('input')),
    ...each('MachineOutputs', 'What each machine returns.', payloads('output')),
    '/** The handlers that the machines call. */',
    'export type HandlerName = MachineHandlers[MachineId];',
    '',
    '/** Handlers for all machines: `handlers satisfies RequiredHandlers` misses none. */',
    'export type RequiredHandlers = Readonly<Record<HandlerName, Handler>>;',
    '',
    '/** Any JSON. */',
    'export type AnyJson = Json;',
    '',
  ].join('\n');
}

function names(name: string, about: string, values: readonly string[]): string[] {
  return [`/** ${about} */`, `export type ${name} = ${namesText(values)};`, ''];
}

function namesText(values: readonly string[]): string {
  return [...new Set(values)].map((value) => JSON.stringify(value)).join(' | ') || 'never';
}

function statesOf(definition: MachineDefinition | undefined): string[] {
  if (definition === undefined) return [];
  return walkStates(definition).map(({ location }) => {
    const key = location.slice(location.lastIndexOf('/') + 1);
    return key.replaceAll('~1', '/').replaceAll('~0', '~');
  });
}

/** The names that only a handler can answer: those of integrations may be called at AWS, too. */
function handlersOf(definition: MachineDefinition | undefined): string[] {
  if (definition === undefined) return [];
  return findTaskResources(definition).flatMap((task) => {
    const { name } = findHandlerTarget(task);
    return name === null || name.startsWith('arn:') || task.resource.startsWith('arn:')
      ? []
      : [name];
  });
}
