/** Computes the document of a case by its type. */
import { formatCreationError } from '../../lib/asl/validate/aws-diagnostic.ts';
import { validateDefinition } from '../../lib/asl/validate/aws-validation.ts';
import type { RecordedCase } from './recorded-case.ts';
import { replay } from './replay.ts';
import { testStateDocument } from './test-state.ts';

/** Returns the document of a case; undefined for a type that is not compared. */
export async function documentFor(recorded: RecordedCase): Promise<object | undefined> {
  switch (recorded.type) {
    case 'history': {
      const { output: _, ...rest } = await replay(recorded);
      return rest;
    }
    case 'output': {
      const { events: _, ...rest } = await replay(recorded);
      return rest;
    }
    case 'validate':
      return validationDocument(recorded);
    case 'testState':
      return testStateDocument(recorded);
    default:
      return undefined;
  }
}

function validationDocument(recorded: RecordedCase): object {
  const { operation, definition, definitionText, machineType } = recorded;
  const text = definitionText ?? JSON.stringify(definition ?? null);
  const reply = validateDefinition(text, {
    ...(machineType !== undefined && { type: machineType }),
    severity: 'ERROR',
    extensions: false,
  });
  if (operation === 'ValidateStateMachineDefinition') return accepted(reply);
  const message = formatCreationError(reply.diagnostics);
  return message === undefined ? accepted({}) : refusal('InvalidDefinition', message);
}

/** Wraps a reply as AWS's client returns it, with the HTTP status. */
function accepted(reply: object): object {
  return { response: { ...reply, ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 200 } } };
}

function refusal(type: string, message: string): object {
  return { error: { type, message } };
}
