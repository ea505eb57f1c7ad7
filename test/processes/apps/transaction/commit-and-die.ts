/** Enqueues an execution in a transaction of its own, commits it, and dies at once. */
import pg from 'pg';
import { openMillrace } from '../../../../lib/app/millrace.ts';
import { config } from './config.ts';

const [, , url = ''] = process.argv;
const app = await openMillrace({ config, flags: { postgresUrl: url, broker: 'memory' } });
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query('BEGIN');
await client.query('CREATE TABLE IF NOT EXISTS public.shop_orders (id integer)');
await client.query('INSERT INTO public.shop_orders VALUES (7)');
await app.executions.start({ machineId: 'order', name: 'order-7', client });
await client.query('COMMIT');
process.kill(process.pid, 'SIGKILL');
