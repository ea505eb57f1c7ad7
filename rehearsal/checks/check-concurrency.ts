import type { Resolution } from '../template/resolution.ts';
import type { DeployedFunction } from './deployed-functions.ts';
import type { TemplateProblem } from './template-problem.ts';

/** What an account of AWS has to leave unreserved. */
const unreservedMin = 10;

/** How many functions a new account may run at once. */
const newAccountQuota = 10;

/** How many functions an account may run at once by default, once it is not new. */
const usualQuota = 1_000;

/**
 * Returns how many functions the account runs at once, if no quota is given: as many as a
 * new one, unless the templates reserve concurrency, which no new account can.
 */
export function defaultQuota(functions: readonly DeployedFunction[]): number {
  return totalReserved(functions) > 0 ? usualQuota : newAccountQuota;
}

/** Checks that the account can reserve what the functions reserve. */
export function checkConcurrency(
  { assembly }: Resolution,
  functions: readonly DeployedFunction[],
  quota: number,
): TemplateProblem[] {
  const reserved = totalReserved(functions);
  const largest = functions.toSorted((a, b) => reservedBy(b) - reservedBy(a))[0];
  if (reserved === 0 || reserved + unreservedMin <= quota) return [];
  return [
    {
      resource: largest?.resource.id ?? assembly.folder,
      message:
        `the functions reserve ${reserved} of the ${quota} that the account may run at once, and ` +
        `AWS leaves at least ${unreservedMin} unreserved: reserve less, or ask for a higher quota`,
    },
  ];
}

function totalReserved(functions: readonly DeployedFunction[]): number {
  return functions.reduce((sum, each) => sum + reservedBy(each), 0);
}

function reservedBy({ definition }: DeployedFunction): number {
  return definition.reservedConcurrency ?? 0;
}
