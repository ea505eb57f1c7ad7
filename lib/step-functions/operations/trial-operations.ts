/** The operations that check definitions and single states, and start nothing. */
import { validateDefinition } from '../../asl/validate/aws-validation.ts';
import { hasCode } from '../../errors.ts';
import { reading, type ServiceOperation } from '../operation.ts';
import { ServiceError } from '../service-error.ts';
import * as shapes from '../shapes/machine-shapes.ts';
import { pageSizes, protocolLimits } from '../step-functions-limits.ts';

const validate = reading('ValidateStateMachineDefinition', {
  shape: shapes.validateStateMachineDefinitionShape,
  run: async ({ definition, type, severity = 'ERROR', maxResults = 0 }) => {
    const { result, diagnostics, truncated } = validateDefinition(definition, {
      severity,
      maxResults: maxResults === 0 ? pageSizes.diagnosticsMax : maxResults,
      ...(type !== undefined && { type }),
    });
    return { result, diagnostics, truncated };
  },
});

const test = reading('TestState', {
  shape: shapes.testStateShape,
  run: async (members, { app, signal }) => {
    const timeout = AbortSignal.timeout(protocolLimits.testStateMs);
    try {
      return await app.testState(members, AbortSignal.any([signal, timeout]));
    } catch (error) {
      if (!hasCode(error, 'INVALID_CONFIGURATION')) throw error;
      throw new ServiceError(
        'ValidationException',
        'The service of the mocked call is not described here: install its client of the AWS SDK, ' +
          'or use the fieldValidationMode NONE',
      );
    }
  },
});

/** The operations of this file. */
export const trialOperations: readonly ServiceOperation[] = [validate, test];
