/**
 * The contract of `lib/ports/broker.ts`, clause by clause; every driver runs all of it. The clauses
 * hold for the weakest driver; a clause that a driver cannot show is skipped by title, with the
 * reason.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrationClauses } from './administration-clauses.ts';
import type { BrokerHarness, Clause, MakeBroker } from './broker-harness.ts';
import { closingClauses } from './closing-clauses.ts';
import { deadLetterClauses } from './dead-letter-clauses.ts';
import { deliveryClauses } from './delivery-clauses.ts';
import { limitClauses } from './limit-clauses.ts';
import { receiptClauses } from './receipt-clauses.ts';
import { visibilityClauses } from './visibility-clauses.ts';
import { waitingClauses } from './waiting-clauses.ts';

/**
 * Runs the contract against the brokers that `make` creates.
 *
 * @param skips title of a clause → reason
 */
export function brokerContract(
  name: string,
  make: MakeBroker,
  skips: Readonly<Record<string, string>> = {},
): void {
  describe(`broker contract: ${name}`, () => {
    let harness: BrokerHarness;
    const unused = new Set(Object.keys(skips));
    const clause: Clause = (title, body) => {
      const skipped = unused.delete(title);
      it.skipIf(skipped)(skipped ? `${title} (${skips[title]})` : title, () => body(harness));
    };

    beforeAll(async () => {
      harness = await make();
    });
    afterAll(() => harness.close());

    describe('delivery', () => deliveryClauses(clause));
    describe('visibility', () => visibilityClauses(clause));
    describe('receipts', () => receiptClauses(clause));
    describe('limits', () => limitClauses(clause));
    describe('dead letters', () => deadLetterClauses(clause));
    describe('waiting', () => waitingClauses(clause));
    describe('administration', () => administrationClauses(clause));
    describe('closing', () => closingClauses(clause, make));

    it(`the contract has every clause that ${name} skips`, () => {
      expect([...unused]).toEqual([]);
    });
  });
}
