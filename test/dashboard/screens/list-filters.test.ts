/** The filters of lists, in the address, in requests and in orders. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cliCommand, type Word } from '../../../dashboard/src/commands/commands.ts';
import {
  archiveCodecs,
  archiveQuery,
  archiveSelection,
  archiveWords,
} from '../../../dashboard/src/screens/archive/archive-filters.ts';
import {
  batchCodecs,
  batchQuery,
  batchWords,
} from '../../../dashboard/src/screens/batches/batch-filters.ts';
import {
  executionCodecs,
  executionFilters,
  executionQuery,
  executionSelection,
  executionWords,
  scanFilter,
} from '../../../dashboard/src/screens/executions/execution-filters.ts';
import {
  orderCodecs,
  orderListWords,
  orderQuery,
} from '../../../dashboard/src/screens/orders/order-filters.ts';
import { readUrlState } from '../../../dashboard/src/url-state/url-state.ts';
import { contract } from '../../../lib/api/contract/contract.ts';

const search =
  'status=FAILED,TIMED_OUT&machine=order&batch=b-1&queue=low&error=Busy&failedState=Charge' +
  '&prefix=A-&createdFrom=2026-11-24T08:30:00Z&createdBefore=2026-11-25T00:00:00Z';
const { values } = readUrlState(executionCodecs, search);

describe('filters of executions', () => {
  it('every filter of the list has a chip', () => {
    expect(executionFilters.map(({ key }) => key).sort()).toEqual(
      Object.keys(executionCodecs).sort(),
    );
  });

  it('every filter of the API can be set on the page', () => {
    const known = Object.keys(contract.listExecutions.query.shape);
    const offered = Object.keys(executionQuery(values));

    expect([...offered, 'cursor', 'fields', 'limit'].sort()).toEqual(known.sort());
  });

  it('an order over all that match selects exactly what the list shows', () => {
    const selection = executionSelection(values);

    expect(selection).toEqual({
      over: {
        executions: {
          statuses: ['FAILED', 'TIMED_OUT'],
          machineId: 'order',
          batchId: 'b-1',
          queue: 'low',
          error: 'Busy',
          failedState: 'Charge',
          namePrefix: 'A-',
          createdFrom: Date.parse('2026-11-24T08:30:00Z'),
          createdBefore: Date.parse('2026-11-25T00:00:00Z'),
        },
      },
    });
    const body = { action: 'redrive', ...selection };
    expect(contract.startOrder.body.safeParse(body).success).toBe(true);
  });

  it('an order is refused where it would take more than the list shows', () => {
    for (const extra of ['name=A-77', 'endedFrom=2026-11-24', 'endedBefore=2026-11-24']) {
      const filtered = readUrlState(executionCodecs, `${search}&${extra}`).values;

      expect(executionSelection(filtered)).toHaveProperty('blocked');
      expect(scanFilter(filtered)).toHaveProperty('blocked');
    }
  });

  it('a look into documents has the filters that the API takes, and refuses the others', () => {
    const found = scanFilter({ ...values, failedState: '' });

    expect(found).toHaveProperty('filter.statuses', ['FAILED', 'TIMED_OUT']);
    const body = { text: 'A-77', ...found };
    expect(contract.scanExecutions.body.safeParse(body).success).toBe(true);
    expect(scanFilter(values)).toHaveProperty('blocked');
  });
});

describe('filters of the archive', () => {
  it('the list and an order over it have the same filters', () => {
    const archive = readUrlState(
      archiveCodecs,
      'error=Busy&machine=order&queue=low&batch=b-1&archivedFrom=2026-11-24T08:30:00Z',
    ).values;

    expect(archiveQuery(archive)).toMatchObject({
      machineId: 'order',
      archivedFrom: '2026-11-24T08:30:00Z',
    });
    const body = { action: 'delete', over: archiveSelection(archive) };
    expect(contract.startOrder.body.safeParse(body).success).toBe(true);
    expect(archiveSelection(archive)).toEqual({
      archive: {
        error: 'Busy',
        machineId: 'order',
        queue: 'low',
        batchId: 'b-1',
        archivedFrom: Date.parse('2026-11-24T08:30:00Z'),
      },
    });
  });

  it('an order without filters takes the whole archive', () => {
    expect(archiveSelection(readUrlState(archiveCodecs, '').values)).toEqual({ archive: {} });
  });
});

const time = '2026-11-24T08:30:00Z';

/** Every list with all of its filters set. */
const lists: Readonly<Record<string, readonly Word[]>> = {
  executions: executionWords(
    readUrlState(executionCodecs, `${search}&name=A-77&endedFrom=${time}&endedBefore=${time}`)
      .values,
  ),
  batches: batchWords(
    readUrlState(
      batchCodecs,
      `status=RUNNING,PAUSED&name=orders&machine=order&createdFrom=${time}&createdBefore=${time}`,
    ).values,
  ),
  archive: archiveWords(
    readUrlState(
      archiveCodecs,
      `error=Busy&machine=order&queue=low&batch=b&archivedFrom=${time}&archivedBefore=${time}`,
    ).values,
  ),
  orders: orderListWords(
    readUrlState(
      orderCodecs,
      `status=DONE&by=ada&action=redrive&object=queue:low&from=${time}&before=${time}`,
    ).values,
  ),
};

describe('lists as commands', () => {
  it.each(Object.entries(lists))(
    'the command line has every option of the command for %s',
    (_, words) => {
      const reference = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
      const [first, second] = words;
      const [, described = ''] = reference.split(`\n## millrace ${first} ${second}\n`);
      const options = cliCommand(...words).match(/--[a-z-]+/g) ?? [];

      expect(options.length).toBeGreaterThan(4);
      expect(
        options.filter((option) => !described.split('\n## ')[0]?.includes(`\`${option}`)),
      ).toEqual([]);
    },
  );

  it('the archive without filters is listed', () => {
    expect(cliCommand(...archiveWords(readUrlState(archiveCodecs, '').values))).toBe(
      'millrace archive list',
    );
  });

  it('every filter of batches and orders in the API can be set on the page', () => {
    const batches = Object.keys(batchQuery(readUrlState(batchCodecs, '').values));
    const orders = Object.keys(orderQuery(readUrlState(orderCodecs, '').values));
    const page = ['cursor', 'limit'];

    expect([...batches, ...page].sort()).toEqual(
      Object.keys(contract.listBatches.query.shape).sort(),
    );
    expect([...orders, ...page].sort()).toEqual(
      Object.keys(contract.listOrders.query.shape).sort(),
    );
  });
});
