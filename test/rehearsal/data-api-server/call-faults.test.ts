/** Injected faults, pauses of the database, latency, and statistics. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DataApi, startDataApi } from '../../support/data-api.ts';
import { rejection } from '../../support/rejection.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { hasPostgres } from '../../support/test-database.ts';

describe.skipIf(!hasPostgres)('faults of the Data API server', () => {
  const clock = new SimulatedClock();
  let api: DataApi;

  beforeAll(async () => {
    api = await startDataApi({ clock, autoPauseMs: 300_000 });
    await api.execute('CREATE TABLE mark (id int)');
  });
  beforeEach(async () => {
    await api.execute('DELETE FROM mark');
  });
  afterAll(() => api.close());

  const mark = () => api.execute('INSERT INTO mark VALUES (1)');
  const marks = async () => (await api.execute('SELECT count(*) FROM mark')).records?.[0]?.[0];

  it.each([
    ['lost-answer', 1, { code: 'ECONNRESET' }],
    ['lost-request', 0, { code: 'ECONNRESET' }],
    ['internal-error', 0, { name: 'InternalServerErrorException' }],
    ['internal-error-after', 1, { name: 'InternalServerErrorException' }],
    ['service-unavailable', 0, { name: 'ServiceUnavailableError' }],
    ['gateway-timeout', 0, { name: 'DatabaseUnavailableException' }],
    ['link-failure', 0, { name: 'BadRequestException', message: 'Communications link failure' }],
  ] as const)('the fault %s fails one call, which runs %i times', async (kind, times, error) => {
    api.server.failNext(kind);

    expect(await rejection(mark())).toMatchObject(error);
    expect(await marks()).toEqual({ longValue: times });
  });

  it('a fault for an operation fails only a call of that operation', async () => {
    api.server.failNext('internal-error', 'BeginTransaction');

    await mark();
    api.server.failNext('gateway-timeout');
    await expect(mark()).rejects.toMatchObject({ name: 'DatabaseUnavailableException' });
  });

  it('throttling by count refuses that number of calls', async () => {
    api.server.throttle({ count: 2 });

    const calls = await Promise.allSettled([mark(), mark(), mark()]);

    expect(calls.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(calls.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'ThrottlingException', message: 'Rate exceeded' },
    });
  });

  it('throttling by rate refuses the calls that exceed it', async () => {
    api.server.throttle({ perSecond: 2 });
    await mark();
    await mark();

    await expect(mark()).rejects.toMatchObject({ name: 'ThrottlingException' });
    await clock.advance(500);
    await mark();
    await expect(mark()).rejects.toMatchObject({ name: 'ThrottlingException' });
    api.server.throttle(null);
    await mark();
  });

  it('a paused database is woken by the next call and refuses calls until it resumes', async () => {
    await api.server.pauseDatabase(20_000);
    expect(api.server.pauseState).toBe('paused');
    await clock.advance(60_000);

    await expect(mark()).rejects.toMatchObject({
      name: 'DatabaseResumingException',
      message: expect.stringMatching(
        /^The Aurora DB instance arn:aws:rds:\S+ is resuming after being auto-paused\./,
      ),
    });
    await clock.advance(19_999);
    await expect(mark()).rejects.toMatchObject({ name: 'DatabaseResumingException' });
    expect(api.server.pauseState).toBe('resuming');
    await clock.advance(1);
    await mark();
    expect(api.server.pauseState).toBe('available');
  });

  it('a paused database can be resumed immediately', async () => {
    await api.server.pauseDatabase();
    api.server.resumeDatabase();

    await mark();
  });

  it('an idle database pauses itself, and the server counts how often it is woken', async () => {
    const before = api.server.wakes;
    await clock.advance(299_999);
    await mark();
    await clock.advance(299_999);
    expect(api.server.pauseState).toBe('available');
    await clock.advance(1);

    expect(api.server.pauseState).toBe('paused');
    await expect(mark()).rejects.toMatchObject({ name: 'DatabaseResumingException' });
    await clock.advance(15_000);
    await mark();
    expect(api.server.wakes).toBe(before + 1);
  });

  it('the latency delays the start of a call', async () => {
    const before = clock.pendingTimers;
    api.server.setLatency(30);
    const call = mark();
    while (clock.pendingTimers === before) await marksBehindTheServer();
    expect(await marksBehindTheServer()).toBe(0);

    await clock.advance(30);
    api.server.setLatency(0);

    await call;
    expect(await marksBehindTheServer()).toBe(1);
  });

  it('the server counts calls, bytes, and billed units of 32 KB', async () => {
    const calls = api.server.requests.ExecuteStatement;
    const { bytesIn, bytesOut, meteredUnits } = api.server.traffic;
    const stringValue = 'x'.repeat(40_000);

    await api.execute('SELECT :p', [{ name: 'p', value: { stringValue } }]);

    expect(api.server.requests.ExecuteStatement).toBe(calls + 1);
    expect(api.server.traffic.bytesIn - bytesIn).toBeGreaterThan(40_000);
    expect(api.server.traffic.bytesOut - bytesOut).toBeGreaterThan(40_000);
    expect(api.server.traffic.meteredUnits).toBe(meteredUnits + 3);
  });

  async function marksBehindTheServer(): Promise<number | undefined> {
    const [row] = await api.database.query<{ n: number }>('SELECT count(*)::int AS n FROM mark');
    return row?.n;
  }
});
