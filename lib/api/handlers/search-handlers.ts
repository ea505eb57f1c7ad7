import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Handles the operations that search for things, and for what is wrong with them. */
export function searchHandlers(open: AppOpener): OperationHandlers<'find' | 'runDoctor'> {
  return {
    find: async ({ query }) => ({ hits: await (await open()).deployment.find(query.q) }),
    runDoctor: async () => {
      const findings = [];
      for await (const finding of (await open()).deployment.diagnose()) {
        const { verdict, check, found, fix } = finding;
        findings.push({ severity: verdict, subject: check, message: found, fix });
      }
      return { findings };
    },
  };
}
