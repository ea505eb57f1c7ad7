/** A distributed Map on the command line: items of a CSV file, results in files, on PGlite. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepDatabasesOpen } from '../support/kept-databases.ts';
import { call, folderWith, jsonOf } from './cli-call.ts';

keepDatabasesOpen();

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'People',
  States: {
    People: {
      Type: 'Map',
      Label: 'greet',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
        Arguments: { Bucket: 'people', Key: 'in/people.csv' },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'Greet',
        States: {
          Greet: { Type: 'Pass', Output: "{% 'Hello ' & $states.input.name %}", End: true },
        },
      },
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Arguments: { Bucket: 'people', Prefix: 'out' },
        WriterConfig: { OutputType: 'JSON', Transformation: 'COMPACT' },
      },
      End: true,
    },
  },
};

it('a distributed Map reads a file of the app and writes its results beside it', {
  timeout: 60_000,
}, async () => {
  const folder = folderWith({
    'people.asl.json': JSON.stringify(definition),
    'millrace.config.ts': 'export default { machines: {} };',
    'people/in/people.csv': 'name,age\nAda,36\nGrace,85\n',
  });
  const data = ['--store', 'pglite', '--data', join(folder, 'data')];

  const ran = await call(['run', 'people.asl.json', '--json', ...data], { folder });
  const listed = await call(['batch', 'list', '--json', ...data], { folder });
  const batches = jsonOf(listed) as { batches: { id: string; parentExecutionId: string }[] };
  const id = batches.batches[0]?.id ?? '';

  const { executionId, output } = jsonOf(ran) as { executionId: string; output: unknown };
  const key = `out/${id}/manifest.json`;
  expect(output).toMatchObject({ ResultWriterDetails: { Bucket: 'people', Key: key } });
  const manifest = JSON.parse(readFileSync(join(folder, 'people', key), 'utf8'));
  const results = readFileSync(
    join(folder, 'people', manifest.ResultFiles.SUCCEEDED[0].Key),
    'utf8',
  );
  expect(JSON.parse(results)).toEqual(['Hello Ada', 'Hello Grace']);
  expect(batches.batches).toMatchObject([{ name: 'people/greet', parentExecutionId: executionId }]);
});
