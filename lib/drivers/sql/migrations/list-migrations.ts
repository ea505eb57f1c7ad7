/** The steps of the schema. */
import type { Migration } from '../migration.ts';
import { foundation } from './0001-foundation.ts';
import { signals } from './0002-signals.ts';
import { messages } from './0003-messages.ts';
import { activities } from './0004-activities.ts';
import { tasks } from './0005-tasks.ts';
import { batchAborts } from './0006-batch-aborts.ts';
import { pieces } from './0007-pieces.ts';
import { figures } from './0008-figures.ts';
import { searches } from './0009-searches.ts';
import { orders } from './0010-orders.ts';
import { traces } from './0011-traces.ts';
import { holds } from './0012-holds.ts';
import { soloRuns } from './0013-solo-runs.ts';
import { recordedVersions } from './0014-recorded-versions.ts';
import { listIndexes } from './0015-list-indexes.ts';
import { compatiblePrograms } from './0016-compatible-programs.ts';
import { schedules } from './0017-schedules.ts';
import { results } from './0018-results.ts';
import { limits } from './0019-limits.ts';
import { stateMachines } from './0020-state-machines.ts';
import { compactHistory } from './0021-compact-history.ts';
import { nights } from './0022-nights.ts';

/** All steps of the schema, in the order of their versions. */
export const migrations: readonly Migration[] = [
  foundation,
  signals,
  messages,
  activities,
  tasks,
  batchAborts,
  pieces,
  figures,
  searches,
  orders,
  traces,
  holds,
  soloRuns,
  recordedVersions,
  listIndexes,
  compatiblePrograms,
  schedules,
  results,
  limits,
  stateMachines,
  compactHistory,
  nights,
];
