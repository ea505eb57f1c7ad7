/**
 * The files of a `ResultWriter`: results by the children's end, `SUCCEEDED_n` and `FAILED_n`, cut
 * at a size, and `manifest.json`, which names them. The same children in the same order give the
 * same files, so that writing may begin again after a crash.
 */
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import type { MapRunSpec, ResultWriterRequest } from '../../engine/map-run/map-run-spec.ts';
import { type ChildResult, resultValues } from './child-result.ts';
import { MapRunFailure } from './map-run-failure.ts';

/** A file to be written. */
export interface ResultFile {
  /** `bucket/key`. */
  readonly path: string;
  readonly content: string;
}

/** Characters after which a file is full. Ours (AWS: 5 GiB): a file is in memory while it grows. */
const fileCharsMax = 16 * 1_024 * 1_024;

type Ending = 'SUCCEEDED' | 'FAILED';

interface Series {
  readonly written: JsonObject[];
  values: string[];
  chars: number;
}

/** What the Map's state gives as its result when the files are written. */
export function writtenResult(run: Pick<MapRunSpec, 'mapRunArn' | 'writer'>): Json {
  const { bucket, folder } = placeOf(run);
  return {
    MapRunArn: run.mapRunArn,
    ResultWriterDetails: { Bucket: bucket, Key: `${folder}/manifest.json` },
  };
}

/** See this file's head. */
export class ResultFiles {
  readonly #run: Pick<MapRunSpec, 'mapRunArn' | 'writer'>;
  readonly #form: Pick<ResultWriterRequest, 'outputType' | 'transformation'>;
  readonly #charsMax: number;
  readonly #series: Readonly<Record<Ending, Series>> = {
    SUCCEEDED: { written: [], values: [], chars: 0 },
    FAILED: { written: [], values: [], chars: 0 },
  };

  /** A run without a `writer` has no files. @param charsMax of a file, smaller in tests */
  constructor(run: Pick<MapRunSpec, 'mapRunArn' | 'writer'>, charsMax = fileCharsMax) {
    this.#run = run;
    this.#form = run.writer ?? { outputType: 'JSON', transformation: 'NONE' };
    this.#charsMax = charsMax;
  }

  /** Takes the next child, and gives the file that it has filled. */
  add(child: ChildResult): ResultFile[] {
    const ending: Ending = child.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
    const series = this.#series[ending];
    for (const value of resultValues(child, this.#form.transformation)) {
      const text = JSON.stringify(value);
      series.values.push(text);
      series.chars += text.length;
    }
    return series.chars >= this.#charsMax ? [this.#close(ending)] : [];
  }

  /** The files that are not full, and behind them all the manifest. */
  finish(): ResultFile[] {
    const endings: readonly Ending[] = ['SUCCEEDED', 'FAILED'];
    const last = endings.flatMap((ending) =>
      this.#series[ending].values.length === 0 ? [] : [this.#close(ending)],
    );
    return [...last, this.#manifest()];
  }

  #close(ending: Ending): ResultFile {
    const series = this.#series[ending];
    const isLines = this.#form.outputType === 'JSONL';
    const content = isLines ? series.values.join('\n') : `[${series.values.join(',')}]`;
    const { bucket, folder } = placeOf(this.#run);
    const extension = isLines ? 'jsonl' : 'json';
    const key = `${folder}/${ending}_${series.written.length}.${extension}`;
    series.written.push({ Key: key, Size: new TextEncoder().encode(content).length });
    series.values = [];
    series.chars = 0;
    return { path: `${bucket}/${key}`, content };
  }

  #manifest(): ResultFile {
    const { bucket, folder } = placeOf(this.#run);
    const { SUCCEEDED, FAILED } = this.#series;
    const manifest = {
      DestinationBucket: bucket,
      MapRunArn: this.#run.mapRunArn,
      ResultFiles: { FAILED: FAILED.written, PENDING: [], SUCCEEDED: SUCCEEDED.written },
    };
    return { path: `${bucket}/${folder}/manifest.json`, content: JSON.stringify(manifest) };
  }
}

/** Below the prefix, each run has a folder that is named by the last part of its ARN. */
function placeOf({ mapRunArn, writer }: Pick<MapRunSpec, 'mapRunArn' | 'writer'>) {
  const { Bucket: bucket, Prefix = '' } = writer?.parameters ?? {};
  if (typeof bucket !== 'string' || bucket === '' || typeof Prefix !== 'string') {
    const cause = `expected texts as Bucket and Prefix of ResultWriter, found ${JSON.stringify(writer?.parameters)}`;
    throw new MapRunFailure(ErrorName.resultWriterFailed, cause);
  }
  const prefix = Prefix.replace(/\/+$/, '');
  const id = mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1);
  return { bucket, folder: prefix === '' ? id : `${prefix}/${id}` };
}
