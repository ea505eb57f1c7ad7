import pg from 'pg';
import { formatPageKey } from '../../lib/drivers/shared/keyset-pages.ts';

/** Things that are in a filled database, to ask for. */
export interface KnownRows {
  /** The largest batch, which ended long ago. */
  readonly largeBatch: string;
  /** A batch of a few executions. */
  readonly tinyBatch: string;
  /** A batch with a history. */
  readonly historyBatch: string;
  /** An execution of it that failed, and its name. */
  readonly failed: { readonly id: string; readonly name: string };
  readonly archivedTask: string;
  /** Cursors half-way through lists. */
  readonly halfWay: {
    readonly executions: string;
    readonly failed: string;
    readonly largeBatch: string;
    readonly batches: string;
    readonly archive: string;
    readonly orders: string;
  };
  readonly order: string;
  /** The creation time of the oldest execution. */
  readonly oldestMs: number;
}

/** Looks up what to ask for. */
export async function findKnownRows(url: string): Promise<KnownRows> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const one = async (text: string) => {
    const { rows } = await client.query<Record<string, string>>(text);
    if (rows[0] === undefined) throw new Error(`no row: ${text}`);
    return rows[0];
  };
  try {
    const large = await one(
      `SELECT id, size FROM fill_batches WHERE id IS NOT NULL ORDER BY size DESC LIMIT 1`,
    );
    const withHistory = await one(
      `SELECT id FROM fill_batches WHERE has_history AND id IS NOT NULL
       ORDER BY size DESC, number DESC LIMIT 1`,
    );
    const failed = await one(
      `SELECT id, name FROM millrace.executions
       WHERE batch_id = '${withHistory.id}' AND failed_as IS NOT NULL ORDER BY id LIMIT 1`,
    );
    const oldest = await one(`SELECT min(created_at) AS at FROM millrace.batches`);
    const middle = Math.round((Number(oldest.at) + Date.now()) / 2);
    const hex = middle.toString(16).padStart(12, '0');
    const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
    return {
      largeBatch: large.id ?? '',
      tinyBatch:
        (await one(`SELECT id FROM fill_batches WHERE size = 20 OFFSET 7 LIMIT 1`)).id ?? '',
      historyBatch: withHistory.id ?? '',
      failed: { id: failed.id ?? '', name: failed.name ?? '' },
      archivedTask: (await one('SELECT task_id AS id FROM millrace.archive LIMIT 1')).id ?? '',
      halfWay: {
        executions: formatPageKey({ at: 0, id }),
        failed: formatPageKey({ at: 0, id }),
        largeBatch: formatPageKey({ at: Math.floor(Number(large.size) / 2), id }),
        batches: formatPageKey({ at: middle, id }),
        archive: formatPageKey({ at: middle, id }),
        orders: formatPageKey({ at: middle, id }),
      },
      order: (await one('SELECT id FROM millrace.orders LIMIT 1')).id ?? '',
      oldestMs: Number(oldest.at),
    };
  } finally {
    await client.end();
  }
}
