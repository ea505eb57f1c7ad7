/** Orders with the log of changes, alerts, and deliveries to webhooks. */
import type { Migration } from '../migration.ts';

/**
 * A change that is made at once is an order that ended when it was recorded, so the log is one
 * list. Alerts are unique by rule and subject while they are open: of several leaders that find the
 * same condition, one opens its alert.
 */
export const orders: Migration = {
  version: 10,
  name: 'orders',
  statements: [
    `CREATE TABLE millrace.orders (
      id uuid PRIMARY KEY,
      at bigint NOT NULL,
      made_by text COLLATE "C",
      via text NOT NULL,
      request_id text,
      action text COLLATE "C" NOT NULL,
      object text COLLATE "C",
      selection text NOT NULL,
      reason text,
      status text NOT NULL,
      per_second integer,
      items_max bigint,
      total bigint,
      up_to bigint NOT NULL,
      progress text,
      done bigint NOT NULL DEFAULT 0,
      refused bigint NOT NULL DEFAULT 0,
      ended_at bigint,
      outcome text,
      leader_id text COLLATE "C",
      fence integer NOT NULL DEFAULT 0,
      leased_at bigint,
      lease_ends_at bigint,
      CONSTRAINT orders_status_check
        CHECK (status IN ('RUNNING', 'PAUSED', 'DONE', 'CANCELLED', 'FAILED')),
      CONSTRAINT orders_end_check
        CHECK ((ended_at IS NOT NULL) = (status IN ('DONE', 'CANCELLED', 'FAILED')))
    )`,
    `CREATE INDEX orders_newest ON millrace.orders (at, id)`,
    `CREATE INDEX orders_of_object ON millrace.orders (object, at, id) WHERE object IS NOT NULL`,
    `CREATE INDEX orders_running ON millrace.orders (id) WHERE status = 'RUNNING'`,

    `CREATE TABLE millrace.alerts (
      id uuid PRIMARY KEY,
      rule text COLLATE "C" NOT NULL,
      subject text COLLATE "C" NOT NULL,
      severity text NOT NULL,
      message text NOT NULL,
      link text NOT NULL,
      since bigint NOT NULL,
      ended_at bigint
    )`,
    `CREATE UNIQUE INDEX alerts_open ON millrace.alerts (rule, subject) WHERE ended_at IS NULL`,
    `CREATE INDEX alerts_ended ON millrace.alerts (ended_at) WHERE ended_at IS NOT NULL`,
    `CREATE INDEX batches_open ON millrace.batches (created_at, id) WHERE ended_at IS NULL`,

    `CREATE TABLE millrace.webhook_deliveries (
      id uuid PRIMARY KEY,
      url text NOT NULL,
      secret_name text,
      event_type text NOT NULL,
      body text NOT NULL,
      created_at bigint NOT NULL,
      attempts integer NOT NULL DEFAULT 0,
      due_at bigint NOT NULL
    )`,
    `CREATE INDEX webhook_deliveries_due ON millrace.webhook_deliveries (due_at, id)`,

    `ALTER TABLE millrace.workers ADD COLUMN beat_at bigint`,
  ],
};
