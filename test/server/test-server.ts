/** Servers of the tests: an app in memory, or an API whose operations a test replaces. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Millrace } from '../../lib/app/millrace.ts';
import type { PageFolder } from '../../lib/server/page/page-folder.ts';
import { type AppServer, type ServeAppOptions, serveApp } from '../../lib/server/serve-app.ts';
import { type ReceivedAnswer, type SentRequest, sendRequest } from '../support/http-client.ts';
import { openApp } from '../support/open-app.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

/** A running server, and how to call it. */
export interface TestServer {
  readonly app: Millrace;
  readonly server: AppServer;
  readonly clock: SimulatedClock;
  readonly send: (request: Omit<SentRequest, 'port'>) => Promise<ReceivedAnswer>;
}

/** The files of a page as a build writes them. */
export const builtPage = {
  'index.html':
    '<!doctype html><head><base href="/" /><script type="module" src="./assets/index-Ab3dE5gH.js"></script></head>',
  'assets/index-Ab3dE5gH.js': `console.log(${JSON.stringify('x'.repeat(5_000))});`,
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '.built-from': 'secret',
};

/** Writes files into a new folder, which is removed after the test. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Returns the folders of a page that is built and has no sources. */
export function builtPageFolder(files: Readonly<Record<string, string>> = builtPage): PageFolder {
  const root = folderOf({ 'package.json': '{}' });
  const built = folderOf(files);
  return { root, sources: join(root, 'dashboard'), built };
}

/** Serves an app with one machine on any free port of loopback. */
export async function openServer(options: ServeAppOptions = {}): Promise<TestServer> {
  const clock = new SimulatedClock();
  const app = await openApp({
    machines: {
      order: { definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } },
    },
    activities: ['approve'],
  });
  const server = await serveApp(app, { port: 0, clock, page: builtPageFolder(), ...options });
  onTestFinished(() => server.close());
  const send = (request: Omit<SentRequest, 'port'>) =>
    sendRequest({ port: server.port, ...request });
  return { app, server, clock, send };
}

/** Tokens of each role. */
export const tokens = {
  owner: 'owner-token-0123456789-0123456789-abc',
  operator: 'operator-token-0123456789-0123456789',
  reader: 'reader-token-0123456789-0123456789-a',
} as const;

/** The variable that holds {@link tokens}; the operator has a name. */
export const tokenList = `owner:${tokens.owner},operator:ada:${tokens.operator},reader:${tokens.reader}`;

/** Returns the headers of a program with a token. */
export function bearer(role: keyof typeof tokens): Record<string, string> {
  return { authorization: `Bearer ${tokens[role]}` };
}

/** Returns the headers of JSON. */
export const jsonHeaders = { 'content-type': 'application/json' } as const;
