import { csvExample } from './csv-example.ts';
import { deployPackages } from './deploy-packages.ts';
import { ordersExample } from './orders-example.ts';
import type { ProjectExample, ProjectFiles } from './project-example.ts';
import type { ProjectOptions } from './project-options.ts';

/** The examples by their name. */
const examples: Readonly<Record<ProjectOptions['example'], ProjectExample>> = {
  orders: ordersExample,
  csv: csvExample,
};

/** Returns what is particular to the example of a project. */
function exampleOf({ example }: Pick<ProjectOptions, 'example'>): ProjectExample {
  return examples[example];
}

/** Returns the files of a new project, by their path. */
export function projectFiles(options: ProjectOptions): ProjectFiles {
  const { language, compose, cdk } = options;
  return {
    'package.json': packageOf(options),
    ...(language === 'ts' && { 'tsconfig.json': compilerOptions }),
    '.gitignore': 'node_modules/\n.millrace/\ncdk.out/\n.env\n',
    ...exampleOf(options).files(options),
    ...(compose && { 'compose.yaml': composeFile }),
    ...(cdk && {
      'cdk.json': `${JSON.stringify({ app: cdkApp, output: 'cdk.out' }, null, 2)}\n`,
    }),
    'README.md': readmeOf(options),
  };
}

/** Versions of what only a project in TypeScript needs. */
const compilerPackages = Object.freeze({ typescript: '^5.9.0', '@types/node': '^24.0.0' });

/** Millrace's own CDK app, as `millrace deploy` runs it. */
const cdkApp = 'node node_modules/millrace/dist/bin/infra.js';

function packageOf(options: ProjectOptions): string {
  const { name, language, tests, cdk, millrace } = options;
  const typed = language === 'ts';
  const development = { ...(typed && compilerPackages), ...(cdk && deployPackages) };
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: {
      start: `millrace batch start ${exampleOf(options).batch}`,
      dev: 'millrace dev',
      ...(tests && { test: 'node --test' }),
      ...(typed && { typecheck: 'tsc' }),
      ...(cdk && { deploy: 'millrace deploy' }),
    },
    dependencies: { millrace },
    ...(Object.keys(development).length > 0 && { devDependencies: development }),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const compilerOptions = `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noEmit": true,
    "allowImportingTsExtensions": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "skipLibCheck": true
  },
  "include": ["*.ts"]
}
`;

const composeFile = `# PostgreSQL and Redis for several processes: docker compose up --detach, and then
#   export POSTGRES_URL=postgres://millrace:millrace@localhost:5432/millrace
#   export REDIS_URL=redis://localhost:6379
# The password is only suitable for this machine: ports are published on 127.0.0.1 only.
services:
  postgres:
    image: postgres:18
    environment:
      POSTGRES_USER: millrace
      POSTGRES_PASSWORD: millrace
      POSTGRES_DB: millrace
    ports:
      - 127.0.0.1:5432:5432
    volumes:
      - postgres:/var/lib/postgresql
  redis:
    image: redis:7
    # A full Redis must refuse tasks instead of evicting them, and keep them over a restart.
    command: [redis-server, --appendonly, "yes", --maxmemory-policy, noeviction]
    ports:
      - 127.0.0.1:6379:6379
    volumes:
      - redis:/data

volumes:
  postgres:
  redis:
`;

const deployCommands = `npx millrace rehearse        # runs on this machine what a deploy would deploy
npx millrace deploy --check  # says what the account lacks; without --check, deploys
`;

function readmeOf(options: ProjectOptions): string {
  const { name, language, compose, cdk, tests } = options;
  const { batch, purpose, definition, execution } = exampleOf(options);
  const rows: readonly (readonly [string, string] | false)[] = [
    [definition, 'the workflow, in the Amazon States Language'],
    [`handlers.${language}`, 'the functions that its Task states call, by the names in `Resource`'],
    [`millrace.config.${language}`, 'names the machine, the handlers and the batch'],
    compose && ['compose.yaml', 'PostgreSQL and Redis, for several leaders and workers'],
    cdk && ['cdk.json', 'what the CDK deploys to AWS: the same'],
  ];
  const files = rows.flatMap((row) => (row ? [`- \`${row[0]}\`: ${row[1]}`] : []));
  return `# ${name}

The batch \`${batch}\` ${purpose}.

${files.join('\n')}

\`\`\`sh
npm install
npm start                    # runs the batch to its end
npm run dev                  # serves the dashboard, and reloads what you change
${tests ? 'npm test                     # runs the tests in memory\n' : ''}${cdk ? deployCommands : ''}\`\`\`

What one execution did, step by step:

\`\`\`sh
npx millrace execution history ${execution}
\`\`\`
`;
}
