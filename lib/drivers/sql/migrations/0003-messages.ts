/** The inbox of messages, their waiters, and the signals that deliver them. */
import type { Migration } from '../migration.ts';

/** A value may be longer than an index entry can be: it is looked up by its digest. */
export const messages: Migration = {
  version: 3,
  name: 'messages',
  statements: [
    `CREATE TABLE millrace.messages (
      id uuid PRIMARY KEY,
      key text COLLATE "C" NOT NULL,
      value text NOT NULL,
      body text NOT NULL,
      received_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      stored_at bigint NOT NULL
    )`,
    `CREATE INDEX messages_correlation ON millrace.messages (key, md5(value))`,
    `CREATE INDEX messages_expiring ON millrace.messages (expires_at)`,
    `CREATE INDEX messages_stored ON millrace.messages (stored_at)`,

    `CREATE TABLE millrace.message_waiters (
      execution_id uuid NOT NULL,
      command text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      value text NOT NULL,
      since bigint NOT NULL,
      PRIMARY KEY (execution_id, command)
    )`,
    `CREATE INDEX message_waiters_correlation ON millrace.message_waiters (key, md5(value))`,
    `CREATE INDEX message_waiters_since ON millrace.message_waiters (since)`,

    // The message, to put it back when its signal was not used; null for other signals.
    'ALTER TABLE millrace.signals ADD COLUMN message text',
    `CREATE INDEX signals_with_message ON millrace.signals (execution_id)
      WHERE message IS NOT NULL`,
  ],
};
