/**
 * Two leaders, each with a worker, that run a nightly batch over one store, broker and clock; a
 * folder into which tonight's file comes; and a receiver of webhooks.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { onTestFinished } from 'vitest';
import { Millrace } from '../../lib/app/millrace.ts';
import { openApp } from '../../lib/app/open-app.ts';
import { isObject } from '../../lib/asl/json/json.ts';
import { toInstant } from '../../lib/batch/schedule/time-zone.ts';
import type { BatchConfig, MillraceConfig } from '../../lib/config/config.ts';
import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { verifyWebhook } from '../../lib/roles/webhooks/webhook-signature.ts';
import { QuietLogger } from './quiet-logger.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** A row of an input file. */
export interface InputRow {
  readonly id: string;
  readonly amount: string;
  /** Seconds for which its execution waits. */
  readonly wait: string;
}

const zone = 'Europe/Berlin';
const secret = 'a secret of this test';

/** Waits when a row asks for it, and then charges. */
const definition = {
  StartAt: 'Rest',
  States: {
    Rest: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Charge' },
    Charge: { Type: 'Task', Resource: 'charge', End: true },
  },
};

/** The world of a nightly batch. */
export class NightlyWorld {
  readonly clock: SimulatedClock;
  readonly logger = new QuietLogger();
  readonly folder: string;
  /** The bodies of genuine requests to the webhook, by their id. */
  readonly webhooks = new Map<string, { readonly status: string; readonly batchId: string }>();
  readonly leaders: Millrace[] = [];
  /** Rows for which the handler fails. */
  readonly refused = new Set<string>();
  readonly #store;
  readonly #broker;
  #hookUrl = '';

  /** @param start a local time, such as `2026-03-01T12:00` */
  constructor(start: string) {
    this.clock = new SimulatedClock(this.instant(start));
    this.#store = openMemoryStore({ now: () => this.clock.now() });
    this.#broker = new MemoryBroker({ clock: this.clock });
    this.folder = mkdtempSync(join(tmpdir(), 'millrace-nights-'));
    onTestFinished(async () => {
      await this.stop();
      rmSync(this.folder, { recursive: true });
    });
  }

  /** Opens the receiver of webhooks and both leaders. */
  async open(): Promise<void> {
    await this.#receiveWebhooks();
    for (let count = 0; count < 2; count += 1) await this.#openLeader();
  }

  instant(local: string): number {
    const at = toInstant(Date.parse(`${local}:00Z`), zone);
    if (at === undefined) throw new Error(`there is no ${local} in ${zone}`);
    return at;
  }

  async #receiveWebhooks(): Promise<void> {
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts).toString();
      const signature = String(request.headers['millrace-signature']);
      const isGenuine = verifyWebhook({ signature, body, secret, now: this.clock.now() });
      const { detail } = JSON.parse(body);
      if (isGenuine) this.webhooks.set(detail.batchId, detail);
      response.writeHead(isGenuine ? 204 : 401).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    this.#hookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/night`;
  }

  async #openLeader(): Promise<void> {
    const context = await openApp({
      config: this.#config(),
      folder: this.folder,
      logger: this.logger,
      clock: this.clock,
      drivers: { store: this.#store, broker: this.#broker },
      env: {},
    });
    const app = new Millrace(context, { records: true });
    onTestFinished(() => app.close());
    this.leaders.push(app);
  }

  #config(): MillraceConfig {
    const nightly: BatchConfig = {
      machine: 'bill',
      source: { kind: 'csv', path: 'in-{date}.csv' },
      item: { input: 'toBill' },
      schedule: '30 2 * * *',
      timeZone: zone,
      options: {
        namePrefix: 'bill-{date:yyyyMMdd}',
        overlap: 'queue',
        retriesMax: 0,
        failurePolicy: null,
        onEnd: { url: this.#hookUrl, secretName: 'night' },
        results: { output: 'out-{date}.jsonl' },
      },
    };
    return {
      machines: { bill: { definition, nonRetryableErrors: ['Refused'] } },
      handlers: { charge: (bill: { id: string; amount: number }) => this.#charge(bill) },
      transformers: {
        toBill: (row) => {
          const { id = '', amount, wait } = isObject(row) ? row : {};
          return { id, amount: Number(amount), seconds: Number(wait) };
        },
      },
      batches: { nightly },
      webhooks: { secrets: { night: secret }, privateHosts: ['127.0.0.1'] },
      retentionDays: 90,
      measure: 'off',
    };
  }

  #charge({ id, amount }: { readonly id: string; readonly amount: number }) {
    if (this.refused.has(id)) throw Object.assign(new Error(`no ${id}`), { name: 'Refused' });
    return { charged: amount * 2 };
  }

  get app(): Millrace {
    const [app] = this.leaders;
    if (app === undefined) throw new Error('the world is not open');
    return app;
  }

  async start(): Promise<void> {
    for (const leader of this.leaders) await leader.start();
  }

  /** Stops both leaders; their loops end while time passes. */
  async stop(): Promise<void> {
    let isDone = false;
    const stopping = Promise.all(this.leaders.map((leader) => leader.stop()));
    void stopping.then(() => {
      isDone = true;
    });
    await this.pass(() => isDone, 'the leaders stop');
  }

  /** Writes the file of a date. */
  write(date: string, rows: readonly InputRow[]): void {
    const lines = rows.map(({ id, amount, wait }) => `${id},${amount},${wait}\n`);
    writeFileSync(join(this.folder, `in-${date}.csv`), `id,amount,wait\n${lines.join('')}`);
  }

  /** Goes to a local time, and fires no timer on the way: as a machine that was suspended. */
  goTo(local: string): void {
    this.clock.step(this.instant(local) - this.clock.now());
  }

  /** Goes to the last moments before the batch of a date is due. */
  async goToNight(date: string): Promise<void> {
    this.goTo(`${date}T02:29`);
    await this.clock.advance(50_000);
  }

  /** Lets time pass until something has happened, by the clock of the world. */
  async pass(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (let turn = 0; turn < 4_000; turn += 1) {
      if (await condition()) return;
      await this.clock.advance(turn < 400 ? 250 : 1_000);
      // Takes as long as a read of the roles, which are not timed by the clock of the world.
      await stat(this.folder);
    }
    throw new Error(`this never happened: ${what}`);
  }

  /** Returns the batch whose results are those of a date; null when there is none. */
  async batchOf(date: string): Promise<string | null> {
    const { entries } = await this.app.drivers.store.listBatches(
      { name: 'nightly' },
      { limit: 99 },
    );
    return entries.find(({ source }) => source.includes(`in-${date}.csv`))?.id ?? null;
  }

  /** Lets time pass until the batch of a date has ended and its results are written. */
  async endOf(date: string): Promise<string> {
    await this.pass(async () => (await this.batchOf(date)) !== null, `the batch of ${date}`);
    const id = (await this.batchOf(date)) ?? '';
    const isWritten = async () => (await this.app.batches.resultFile(id))?.status === 'WRITTEN';
    await this.pass(isWritten, `the results of ${date}`);
    await this.pass(() => this.webhooks.has(id), `the webhook of ${date}`);
    return id;
  }

  /** Writes the results of a batch into the folder. */
  async writeResults(id: string, format: 'csv' | 'jsonl', path: string): Promise<void> {
    await this.app.batches.writeResults(id, { format, output: join(this.folder, path) });
  }

  readJsonLines(path: string): Record<string, unknown>[] {
    const lines = readFileSync(join(this.folder, path), 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  readCsv(path: string): Record<string, string>[] {
    return parse(readFileSync(join(this.folder, path), 'utf8'), { columns: true });
  }
}
