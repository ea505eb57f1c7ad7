import { validateDefinition } from '../../asl/validate/aws-validation.ts';
import type { machineOperations } from '../contract/machines.ts';
import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Handles the operations on machines and definitions. */
export function machineHandlers(
  open: AppOpener,
): OperationHandlers<keyof typeof machineOperations> {
  return {
    listMachines: async () => ({ machines: await (await open()).machines.list() }),
    getMachine: async ({ params, query }) =>
      (await open()).machines.get(params.machineId, query.version),
    validateDefinition: async ({ body: { definition, ...options } }) =>
      validateDefinition(definition, options),
    testState: async ({ body }, { signal }) => (await open()).testState(body, signal),
  };
}
