/** Receives the spans that functions send through the layer of OpenTelemetry. */
import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';

/** A span, and the function that has sent it. */
export interface FunctionSpan {
  readonly functionName: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
}

/** A receiver of OTLP over HTTP, in its JSON encoding. */
export class TraceReceiver {
  readonly spans: FunctionSpan[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void buffer(request).then((body) => {
        const isZipped = request.headers['content-encoding'] === 'gzip';
        const text = (isZipped ? gunzipSync(body) : body).toString('utf8');
        this.spans.push(...readSpans(JSON.parse(text)));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{}');
      });
    });
  }

  static async open(): Promise<TraceReceiver> {
    const opened = new TraceReceiver();
    await new Promise<void>((resolve) => opened.#server.listen(0, '127.0.0.1', resolve));
    return opened;
  }

  /** Where spans are sent. */
  get url(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}/v1/traces`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function readSpans(request: Json): FunctionSpan[] {
  return objects(request, 'resourceSpans').flatMap((each) => {
    const { resource } = each;
    const attributes = objects(resource ?? null, 'attributes');
    const named = attributes.find(({ key }) => key === 'service.name')?.value;
    const functionName = isObject(named) ? String(named.stringValue) : '';
    return objects(each, 'scopeSpans')
      .flatMap((scope) => objects(scope, 'spans'))
      .map(({ traceId, spanId, parentSpanId, name }) => ({
        functionName,
        traceId: String(traceId),
        spanId: String(spanId),
        parentSpanId: typeof parentSpanId === 'string' ? parentSpanId : '',
        name: String(name),
      }));
  });
}

function objects(value: Json, field: string): JsonObject[] {
  const list = isObject(value) ? value[field] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}
