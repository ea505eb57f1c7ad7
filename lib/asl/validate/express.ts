/**
 * Checks of EXPRESS machines, which must not wait for anything that outlives the process that runs
 * them. Codes, messages and locations are those of AWS where they are known.
 */
import type { MachineDefinition, StateDefinition } from '../definition.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { walkStates } from '../walk-states.ts';

/** Returns the problems of an EXPRESS machine whose definition is valid for a STANDARD machine. */
export function findExpressProblems(definition: MachineDefinition): Diagnostic[] {
  return walkStates(definition).flatMap(({ state, location }) => {
    const unsupported = findUnsupported(state);
    if (unsupported === undefined) return [];
    const message = `Express state machine does not support ${unsupported.feature}`;
    const at = `${location}/${unsupported.field}`;
    return [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location: at }];
  });
}

interface Unsupported {
  readonly feature: string;
  /** JSON pointer to the field, relative to the state. */
  readonly field: string;
}

function findUnsupported(state: StateDefinition): Unsupported | undefined {
  switch (state.Type) {
    case 'Task':
      return findUnsupportedResource(state.Resource);
    case 'Map': {
      if (state.ItemProcessor?.ProcessorConfig?.Mode !== 'DISTRIBUTED') return undefined;
      return {
        feature: 'Map states in DISTRIBUTED mode',
        field: 'ItemProcessor/ProcessorConfig/Mode',
      };
    }
    case 'Message':
      return { feature: 'Message states', field: 'Type' };
    default:
      return undefined;
  }
}

function findUnsupportedResource(resource: string): Unsupported | undefined {
  const field = 'Resource';
  if (/^arn:[^:]*:states:[^:]+:[^:]*:activity:/.test(resource)) {
    return { feature: 'Activity ARN', field };
  }
  const [pattern] = /\.(?:waitForTaskToken|sync(?::\d+)?)$/.exec(resource) ?? [];
  if (pattern === undefined) return undefined;
  // For this pattern AWS ends the message with a space.
  const end = pattern === '.waitForTaskToken' ? ' ' : '';
  return { feature: `'${pattern}' service integration${end}`, field };
}
