/**
 * The optimized integrations of AWS: for each service its actions, and how a Task may wait for each
 * of them. From the pages of the services in "Integrating optimized services", AWS Step Functions
 * Developer Guide.
 */

/** How a Task waits: for the response, for the end of a job, or for a task token. */
const suffixes = Object.freeze({
  request: '',
  sync: '.sync',
  sync2: '.sync:2',
  token: '.waitForTaskToken',
});

type Pattern = keyof typeof suffixes;

const request: readonly Pattern[] = ['request'];
const job: readonly Pattern[] = ['request', 'sync'];
const callback: readonly Pattern[] = ['request', 'token'];
const jobOrCallback: readonly Pattern[] = ['request', 'sync', 'token'];

const integrations: Readonly<Record<string, Readonly<Record<string, readonly Pattern[]>>>> = {
  apigateway: { invoke: callback },
  athena: {
    startQueryExecution: job,
    stopQueryExecution: request,
    getQueryExecution: request,
    getQueryResults: request,
  },
  batch: { submitJob: job },
  bedrock: {
    invokeModel: callback,
    invokeAgentCore: request,
    createModelCustomizationJob: jobOrCallback,
  },
  codebuild: {
    startBuild: job,
    stopBuild: request,
    batchDeleteBuilds: request,
    batchGetReports: request,
    startBuildBatch: job,
    stopBuildBatch: request,
    retryBuildBatch: job,
    deleteBuildBatch: request,
    batchGetBuildBatches: request,
  },
  databrew: { startJobRun: job },
  dynamodb: { getItem: request, putItem: request, updateItem: request, deleteItem: request },
  ecs: { runTask: jobOrCallback },
  eks: {
    createCluster: job,
    deleteCluster: job,
    createNodegroup: job,
    deleteNodegroup: job,
    runJob: jobOrCallback,
    call: callback,
  },
  elasticmapreduce: {
    createCluster: job,
    setClusterTerminationProtection: request,
    terminateCluster: job,
    addStep: job,
    cancelStep: request,
    modifyInstanceFleetByName: request,
    modifyInstanceGroupByName: request,
  },
  'emr-containers': { createVirtualCluster: request, deleteVirtualCluster: job, startJobRun: job },
  'emr-serverless': {
    createApplication: job,
    startApplication: job,
    stopApplication: job,
    deleteApplication: job,
    startJobRun: job,
    cancelJobRun: job,
  },
  events: { putEvents: callback },
  glue: { startJobRun: job },
  http: { invoke: request },
  lambda: { invoke: callback },
  mediaconvert: { createJob: job },
  sagemaker: {
    createEndpoint: request,
    createEndpointConfig: request,
    createHyperParameterTuningJob: job,
    createLabelingJob: job,
    createModel: request,
    createProcessingJob: job,
    createTrainingJob: job,
    createTransformJob: job,
    updateEndpoint: request,
  },
  sns: { publish: callback },
  sqs: { sendMessage: callback },
  states: { startExecution: ['request', 'sync', 'sync2', 'token'] },
};

/**
 * Whether AWS has the integration `<service>:<action><suffix>`. Every action of an AWS SDK
 * integration can be called, and can wait for a task token.
 */
export function isIntegration(called: string): boolean {
  const parts =
    /^(?<sdk>aws-sdk:)?(?<service>[a-z][a-z0-9-]*):(?<action>\w+)(?<suffix>\..+)?$/.exec(called);
  if (parts?.groups === undefined) return false;
  const { sdk, service = '', action = '', suffix = '' } = parts.groups;
  const patterns = sdk === undefined ? findPatterns(service, action) : callback;
  return patterns.some((pattern) => suffixes[pattern] === suffix);
}

function findPatterns(service: string, action: string): readonly Pattern[] {
  const actions = Object.hasOwn(integrations, service) ? integrations[service] : undefined;
  if (actions === undefined || !Object.hasOwn(actions, action)) return [];
  return actions[action] ?? [];
}
