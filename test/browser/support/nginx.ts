/** An nginx in front of a server, with TLS, gzip and buffering, in a temporary folder. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../../../rehearsal/postgres/free-port.ts';
import { reasonWithout } from '../../support/installed-program.ts';
import { polling } from './api-reader.ts';

/** Why a suite that needs nginx is skipped; null if it is installed. With CI=true it throws. */
export const noNginx: string | null =
  reasonWithout('nginx', "install Debian's package nginx") ??
  reasonWithout('openssl', "install Debian's package openssl");

/** Starts an nginx until the test ends; returns the address at which `path` leads to `port`. */
export async function startNginx(path: string, port: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-nginx-'));
  const listens = await freePort();
  createCertificate(folder);
  writeFileSync(join(folder, 'nginx.conf'), configOf({ folder, path, port, listens }));
  const server = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said += String(chunk);
  });
  onTestFinished(async () => {
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    if (server.exitCode === null) await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  await expect.poll(() => accepts(listens), { ...polling, message: said }).toBe(true);
  return `https://localhost:${listens}${path}`;
}

function createCertificate(folder: string): void {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', ...files, '-days', '2', ...names], {
    stdio: 'ignore',
  });
}

/** A port of this machine, and what leads there. */
interface Forwarding {
  readonly folder: string;
  readonly path: string;
  readonly port: number;
  readonly listens: number;
}

/** As people write it who have never heard of event streams: everything is held back. */
function configOf({ folder, path, port, listens }: Forwarding): string {
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body;
      proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi;
      scgi_temp_path ${folder}/scgi;
      gzip on;
      gzip_proxied any;
      gzip_types *;
      server {
        listen 127.0.0.1:${listens} ssl http2;
        ssl_certificate ${folder}/cert.pem;
        ssl_certificate_key ${folder}/key.pem;
        location ${path} {
          proxy_pass http://127.0.0.1:${port}${path};
          proxy_http_version 1.1;
          proxy_buffering on;
          proxy_buffers 64 64k;
          proxy_ignore_headers X-Accel-Buffering;
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-For $remote_addr;
          proxy_set_header X-Forwarded-Proto https;
        }
      }
    }`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
