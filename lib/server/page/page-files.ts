import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { Refusal } from '../../api/problem.ts';
import { messageOf } from '../../errors.ts';
import type { ArrivedRequest } from '../http/arrived-request.ts';
import { type ContentCoding, chooseCoding, compress } from '../http/compression.ts';

/** What {@link PageFiles} works with. */
export interface PageFilesDeps {
  /** The folder of the built page. */
  readonly folder: string;
  /** Makes sure that the folder is there; called by the first request. */
  readonly prepare: () => Promise<void>;
}

/** A file, with what was compressed of it. */
interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly packed: Map<ContentCoding, Promise<Buffer>>;
}

/** The files of one build. */
interface PageBuild {
  /** When index.html was written, in milliseconds since 1970. */
  readonly writtenAt: number;
  readonly paths: ReadonlySet<string>;
  readonly files: Map<string, Promise<PageFile>>;
}

const indexPath = 'index.html';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Types that are compressed already. */
const packedTypes = /^image\/(?!svg)/;

/** A name with the hash of its content, as the build writes it. */
const hashedName = /-[\w-]{8,}\.\w+$/;

/**
 * Serves the built page. Files with hashed names may be kept for ever; index.html is not kept, and
 * is also the answer to the paths of screens. Only files that the build has written are served.
 */
export class PageFiles {
  readonly #deps: PageFilesDeps;
  #prepared: Promise<void> | null = null;
  #build: PageBuild | null = null;

  constructor(deps: PageFilesDeps) {
    this.#deps = deps;
  }

  /** Answers a request for a file or a screen. */
  async answer(request: ArrivedRequest): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const allow = 'GET, HEAD';
      throw new Refusal('METHOD_NOT_ALLOWED', `expected ${allow} at this path`, { allow });
    }
    const build = await this.#openBuild().catch((error: unknown) => error);
    if (!isBuild(build)) return unavailable(messageOf(build));
    const path = decodePath(request.path).slice(1);
    if (path !== indexPath && build.paths.has(path)) return await this.#file(build, path, request);
    if (path.startsWith('assets/')) {
      throw new Refusal(
        'UNKNOWN_PATH',
        'there is no such file: the page was built anew, reload it',
      );
    }
    return await this.#index(build, request);
  }

  /** Reads the list of files again when the page has been built anew. */
  async #openBuild(): Promise<PageBuild> {
    this.#prepared ??= this.#deps.prepare().catch((error: unknown) => {
      // The next request tries again.
      this.#prepared = null;
      throw error;
    });
    await this.#prepared;
    const { mtimeMs: writtenAt } = await stat(join(this.#deps.folder, indexPath));
    if (this.#build?.writtenAt !== writtenAt) {
      this.#build = { writtenAt, paths: await listFiles(this.#deps.folder), files: new Map() };
    }
    return this.#build;
  }

  async #file(build: PageBuild, path: string, request: ArrivedRequest): Promise<Response> {
    const file = await this.#read(build, path);
    const cacheControl = hashedName.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
    const headers = { etag: file.etag, 'cache-control': cacheControl, vary: 'accept-encoding' };
    if (request.header('if-none-match') === file.etag) {
      return new Response(null, { status: 304, headers });
    }
    const coding = packedTypes.test(file.type)
      ? 'identity'
      : chooseCoding(request.header('accept-encoding'));
    const packed = file.packed.get(coding) ?? compress(file.bytes, coding, 'thorough');
    file.packed.set(coding, packed);
    const encoding = coding === 'identity' ? {} : { 'content-encoding': coding };
    return new Response(new Uint8Array(await packed), {
      headers: { ...headers, ...encoding, 'content-type': file.type },
    });
  }

  #read(build: PageBuild, path: string): Promise<PageFile> {
    const known = build.files.get(path);
    if (known !== undefined) return known;
    const reading = readPageFile(join(this.#deps.folder, path));
    build.files.set(path, reading);
    return reading;
  }

  /** The page addresses everything relative to its base: the path before which it is served. */
  async #index(build: PageBuild, request: ArrivedRequest): Promise<Response> {
    const { bytes, type } = await this.#read(build, indexPath);
    const base = `<base href="${request.prefix}/" />`;
    const html = bytes.toString('utf8').replace(/<base href="[^"]*"\s*\/?>/, () => base);
    return new Response(html, { headers: { 'content-type': type, 'cache-control': 'no-store' } });
  }
}

function isBuild(value: unknown): value is PageBuild {
  return typeof value === 'object' && value !== null && 'paths' in value;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function listFiles(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  return new Set(
    files.map((entry) => {
      const path = relative(folder, join(entry.parentPath, entry.name));
      return path.split(sep).join('/');
    }),
  );
}

async function readPageFile(path: string): Promise<PageFile> {
  const bytes = await readFile(path);
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const type = types[extname(path)] ?? 'application/octet-stream';
  return { bytes, type, etag: `"${hash}"`, packed: new Map() };
}

function unavailable(reason: string): Response {
  const text = `The dashboard cannot be shown: ${reason}\n\nThe API at /v1/ works.\n`;
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(text, { status: 503, headers });
}
