/**
 * What an EXPRESS machine may not do: wait for anything that outlives the process that runs it.
 * Codes, sentences and places are AWS's where they are known.
 */
import type { MachineDefinition, StateDefinition } from '../definition.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { walkStates } from '../walk-states.ts';

/** The findings in a definition that is valid for a STANDARD machine. */
export function expressFindings(definition: MachineDefinition): Diagnostic[] {
  return walkStates(definition).flatMap(({ state, location }) => {
    const refused = refusedIn(state);
    if (refused === undefined) return [];
    const message = `Express state machine does not support ${refused.what}`;
    const at = `${location}/${refused.field}`;
    return [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location: at }];
  });
}

interface Refused {
  readonly what: string;
  /** Below the state. */
  readonly field: string;
}

function refusedIn(state: StateDefinition): Refused | undefined {
  switch (state.Type) {
    case 'Task':
      return refusedResource(state.Resource);
    case 'Map': {
      if (state.ItemProcessor?.ProcessorConfig?.Mode !== 'DISTRIBUTED') return undefined;
      return {
        what: 'Map states in DISTRIBUTED mode',
        field: 'ItemProcessor/ProcessorConfig/Mode',
      };
    }
    case 'Message':
      return { what: 'Message states', field: 'Type' };
    default:
      return undefined;
  }
}

function refusedResource(resource: string): Refused | undefined {
  const field = 'Resource';
  if (/^arn:[^:]*:states:[^:]+:[^:]*:activity:/.test(resource)) {
    return { what: 'Activity ARN', field };
  }
  const [pattern] = /\.(?:waitForTaskToken|sync(?::\d+)?)$/.exec(resource) ?? [];
  // AWS ends this sentence with a blank
  return pattern === undefined ? undefined : { what: `'${pattern}' service integration `, field };
}
