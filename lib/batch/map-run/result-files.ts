import type { Json, JsonObject } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import type { MapRunSpec, ResultWriterRequest } from '../../engine/map-run/map-run-spec.ts';
import { type ChildResult, toResultValues } from './child-result.ts';
import { MapRunFailure } from './map-run-failure.ts';

/** A file to write. */
export interface ResultFile {
  /** `bucket/key`. */
  readonly path: string;
  readonly content: string;
}

/** Length at which a file is full, in characters (AWS: 5 GiB); a file grows in memory. */
const fileCharsMax = 16 * 1_024 * 1_024;

type Ending = 'SUCCEEDED' | 'FAILED';

interface Series {
  readonly written: JsonObject[];
  values: string[];
  chars: number;
}

/** Returns the result of a Map whose results are in files: where they are. */
export function createWrittenResult(run: Pick<MapRunSpec, 'mapRunArn' | 'writer'>): Json {
  const { bucket, folder } = findOutputFolder(run);
  return {
    MapRunArn: run.mapRunArn,
    ResultWriterDetails: { Bucket: bucket, Key: `${folder}/manifest.json` },
  };
}

/**
 * Builds the files of a `ResultWriter`: `SUCCEEDED_n` and `FAILED_n`, split at a maximum size, and
 * `manifest.json`, which lists them. The same children in the same order give the same files, so
 * that writing can start over after a crash.
 */
export class ResultFiles {
  readonly #run: Pick<MapRunSpec, 'mapRunArn' | 'writer'>;
  readonly #form: Pick<ResultWriterRequest, 'outputType' | 'transformation'>;
  readonly #charsMax: number;
  readonly #series: Readonly<Record<Ending, Series>> = {
    SUCCEEDED: { written: [], values: [], chars: 0 },
    FAILED: { written: [], values: [], chars: 0 },
  };

  /** @param charsMax length at which a file is full; smaller in tests */
  constructor(run: Pick<MapRunSpec, 'mapRunArn' | 'writer'>, charsMax = fileCharsMax) {
    this.#run = run;
    this.#form = run.writer ?? { outputType: 'JSON', transformation: 'NONE' };
    this.#charsMax = charsMax;
  }

  /** Adds the next child. Returns the file that it has filled, if any. */
  add(child: ChildResult): ResultFile[] {
    const ending: Ending = child.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
    const series = this.#series[ending];
    for (const value of toResultValues(child, this.#form.transformation)) {
      const text = JSON.stringify(value);
      series.values.push(text);
      series.chars += text.length;
    }
    return series.chars >= this.#charsMax ? [this.#close(ending)] : [];
  }

  /** Returns the files that are not full yet and, last, the manifest. */
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
    const { bucket, folder } = findOutputFolder(this.#run);
    const extension = isLines ? 'jsonl' : 'json';
    const key = `${folder}/${ending}_${series.written.length}.${extension}`;
    series.written.push({ Key: key, Size: new TextEncoder().encode(content).length });
    series.values = [];
    series.chars = 0;
    return { path: `${bucket}/${key}`, content };
  }

  #manifest(): ResultFile {
    const { bucket, folder } = findOutputFolder(this.#run);
    const { SUCCEEDED, FAILED } = this.#series;
    const manifest = {
      DestinationBucket: bucket,
      MapRunArn: this.#run.mapRunArn,
      ResultFiles: { FAILED: FAILED.written, PENDING: [], SUCCEEDED: SUCCEEDED.written },
    };
    return { path: `${bucket}/${folder}/manifest.json`, content: JSON.stringify(manifest) };
  }
}

/** Returns the folder of a run: below the prefix, named by the last part of the run's ARN. */
function findOutputFolder({ mapRunArn, writer }: Pick<MapRunSpec, 'mapRunArn' | 'writer'>) {
  const { Bucket: bucket, Prefix = '' } = writer?.parameters ?? {};
  if (typeof bucket !== 'string' || bucket === '' || typeof Prefix !== 'string') {
    const cause = `expected strings as Bucket and Prefix of ResultWriter, found ${JSON.stringify(writer?.parameters)}`;
    throw new MapRunFailure(ErrorName.resultWriterFailed, cause);
  }
  const prefix = Prefix.replace(/\/+$/, '');
  const id = mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1);
  return { bucket, folder: prefix === '' ? id : `${prefix}/${id}` };
}
