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
    listMachineVersions: async ({ params, query }) => ({
      versions: await (await open()).machines.versions(params.machineId, query.limit),
    }),
    getMachineGraph: async ({ params, query }) =>
      (await open()).machines.graph(params.machineId, query.version),
    getMachineStates: async ({ params, query }) =>
      (await open()).figures.machineStates(params.machineId, query.version),
    validateDefinition: async ({ body: { definition, ...options } }) =>
      validateDefinition(definition, options),
    testState: async ({ body }, { signal }) => (await open()).testState(body, signal),
  };
}
