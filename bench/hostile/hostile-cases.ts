import type { HostileCase } from './hostile-case.ts';
import { jsonataCases } from './jsonata-cases.ts';
import { pathCases } from './path-cases.ts';
import { stateCases } from './state-cases.ts';

/** All hostile cases, by kind. */
export const hostileCases: readonly HostileCase[] = [...pathCases, ...jsonataCases, ...stateCases];
