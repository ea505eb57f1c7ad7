import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PostgreSQL's own number of iterations. */
const iterations = 4_096;
const saltBytes = 16;

/**
 * Returns what PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5803), so that the password
 * itself is in no statement and no log of the server.
 * @param password printable ASCII characters, which need no preparation (SASLprep)
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(saltBytes)): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
