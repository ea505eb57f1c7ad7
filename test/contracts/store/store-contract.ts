/**
 * The contract of `lib/ports/store`, clause by clause; every driver runs all of it. Stores use a
 * simulated clock, so that clauses decide when leases expire and executions are due.
 */
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { abortClauses } from './abort-clauses.ts';
import { activityClauses } from './activity-clauses.ts';
import { alertClauses } from './alert-clauses.ts';
import { archiveClauses } from './archive-clauses.ts';
import { backlogClauses } from './backlog-clauses.ts';
import { batchClauses } from './batch-clauses.ts';
import { batchLeaseClauses } from './batch-lease-clauses.ts';
import { batchRetentionClauses } from './batch-retention-clauses.ts';
import { chainClauses } from './chain-clauses.ts';
import { changeClauses } from './change-clauses.ts';
import { claimClauses } from './claim-clauses.ts';
import { commitClauses } from './commit-clauses.ts';
import { counterClauses } from './counter-clauses.ts';
import { creationClauses } from './creation-clauses.ts';
import { documentClauses } from './document-clauses.ts';
import { fanOutClauses } from './fan-out-clauses.ts';
import { figureClauses } from './figure-clauses.ts';
import { historyClauses } from './history-clauses.ts';
import { holdClauses } from './hold-clauses.ts';
import { inspectClauses } from './inspect-clauses.ts';
import { labelClauses } from './label-clauses.ts';
import { limitClauses } from './limit-clauses.ts';
import { listClauses } from './list-clauses.ts';
import { lookupClauses } from './lookup-clauses.ts';
import { machineClauses } from './machine-clauses.ts';
import { messageClauses } from './message-clauses.ts';
import { optionClauses } from './option-clauses.ts';
import { orderClauses } from './order-clauses.ts';
import { pruneClauses } from './prune-clauses.ts';
import { redriveClauses } from './redrive-clauses.ts';
import { resultClauses } from './result-clauses.ts';
import { scheduleClauses } from './schedule-clauses.ts';
import { searchClauses } from './search-clauses.ts';
import { seriesClauses } from './series-clauses.ts';
import { signalClauses } from './signal-clauses.ts';
import { sleepClauses } from './sleep-clauses.ts';
import { startClauses } from './start-clauses.ts';
import { stateMachineClauses } from './state-machine-clauses.ts';
import type { Clause, MakeStoreDriver, StoreDriver } from './store-harness.ts';
import { sweepClauses } from './sweep-clauses.ts';
import { taskClauses } from './task-clauses.ts';
import { taskCommandClauses } from './task-command-clauses.ts';
import { traceClauses } from './trace-clauses.ts';
import { uniqueClauses } from './unique-clauses.ts';
import { workerClauses } from './worker-clauses.ts';

/** Runs the contract against the stores of the driver that `make` creates. */
export function storeContract(name: string, make: MakeStoreDriver): void {
  describe(`store contract: ${name}`, () => {
    const clock = new SimulatedClock();
    let driver: StoreDriver;
    let store: Store;
    const clause: Clause = (title, body) => {
      it(title, () => body({ store, clock }));
    };

    beforeAll(async () => {
      driver = await make(clock);
    });
    beforeEach(async () => {
      store = await driver.fresh();
    });
    afterAll(() => driver?.close());

    describe('machines', () => machineClauses(clause));
    describe('state machines', () => stateMachineClauses(clause));
    describe('starts', () => startClauses(clause));
    describe('creation', () => creationClauses(clause));
    describe('unique keys', () => uniqueClauses(clause));
    describe('options', () => optionClauses(clause));
    describe('labels', () => labelClauses(clause));
    describe('results', () => resultClauses(clause));
    describe('claims', () => claimClauses(clause));
    describe('commits', () => commitClauses(clause));
    describe('history', () => historyClauses(clause));
    describe('documents', () => documentClauses(clause));
    describe('sleep', () => sleepClauses(clause));
    describe('sweeps', () => sweepClauses(clause));
    describe('aborts', () => abortClauses(clause));
    describe('signals', () => signalClauses(clause));
    describe('messages', () => messageClauses(clause));
    describe('activities', () => activityClauses(clause));
    describe('redrives', () => redriveClauses(clause));
    describe('batches', () => batchClauses(clause));
    describe('batch leases', () => batchLeaseClauses(clause));
    describe('holds', () => holdClauses(clause));
    describe('fan-out', () => fanOutClauses(clause));
    describe('traces', () => traceClauses(clause));
    describe('counters', () => counterClauses(clause));
    describe('figures', () => figureClauses(clause));
    describe('series', () => seriesClauses(clause));
    describe('archive', () => archiveClauses(clause));
    describe('schedules', () => scheduleClauses(clause));
    describe('tasks', () => taskClauses(clause));
    describe('task commands', () => taskCommandClauses(clause));
    describe('workers', () => workerClauses(clause));
    describe('orders', () => orderClauses(clause));
    describe('alerts', () => alertClauses(clause));
    describe('work ahead', () => backlogClauses(clause));
    describe('changes', () => changeClauses(clause));
    describe('limits', () => limitClauses(clause));
    describe('lists', () => listClauses(clause));
    describe('searches', () => searchClauses(clause));
    describe('lookups', () => lookupClauses(clause));
    describe('chaining', () => chainClauses(clause));
    describe('inspection', () => inspectClauses(clause));
    describe('retention', () => pruneClauses(clause));
    describe('retention of batches', () => batchRetentionClauses(clause));
  });
}
