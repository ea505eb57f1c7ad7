/** The operations on aliases of machines. */
import { toQualifiedArn } from '../../engine/arn/make-arn.ts';
import {
  createAlias,
  deleteAlias,
  getAlias,
  listAliases,
  updateAlias,
} from '../../operations/aliases/aliases.ts';
import type { AliasRoute, MachineAlias } from '../../ports/store/machines/alias-store.ts';
import { findTarget, requireTarget } from '../machine-arns.ts';
import { changing, reading, type ServiceOperation } from '../operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { answerPage } from '../pages.ts';
import { toEpochSeconds } from '../protocol.ts';
import { ServiceError } from '../service-error.ts';
import type { routingConfiguration } from '../shapes/common-shapes.ts';
import type { ValueOf } from '../shapes/shape.ts';
import * as shapes from '../shapes/version-shapes.ts';

const create = changing('CreateStateMachineAlias', {
  shape: shapes.createStateMachineAliasShape,
  run: async ({ name, description, routingConfiguration }, context) => {
    const { machine, routes } = readRoutes(routingConfiguration, context);
    const alias = await createAlias(context.context, machine, {
      name,
      ...(description !== undefined && { description }),
      routes,
    });
    return {
      stateMachineAliasArn: aliasArnOf(alias, context),
      creationDate: toEpochSeconds(alias.createdAt),
    };
  },
});

const update = changing('UpdateStateMachineAlias', {
  shape: shapes.updateStateMachineAliasShape,
  run: async ({ stateMachineAliasArn, description, routingConfiguration }, context) => {
    const { machine, alias } = requireAlias(stateMachineAliasArn, context);
    if (description === undefined && routingConfiguration === undefined) {
      const message = 'Either the description or the routing configuration must be specified';
      throw new ServiceError('ValidationException', message);
    }
    const routed =
      routingConfiguration === undefined ? null : readRoutes(routingConfiguration, context);
    if (routed !== null && routed.machine !== machine) throw differentMachines();
    const updated = await updateAlias(context.context, machine, alias, {
      ...(description !== undefined && { description }),
      ...(routed !== null && { routes: routed.routes }),
    });
    return { updateDate: toEpochSeconds(updated.updatedAt) };
  },
});

const describe = reading('DescribeStateMachineAlias', {
  shape: shapes.namedAliasShape,
  run: async ({ stateMachineAliasArn }, context) => {
    const { machine, alias: name } = requireAlias(stateMachineAliasArn, context);
    const alias = await getAlias(context.context, machine, name);
    return {
      stateMachineAliasArn: aliasArnOf(alias, context),
      name: alias.name,
      ...(alias.description !== '' && { description: alias.description }),
      routingConfiguration: alias.routes.map(({ version, weight }) => ({
        stateMachineVersionArn: toQualifiedArn(context.scope, alias.machineId, version),
        weight,
      })),
      creationDate: toEpochSeconds(alias.createdAt),
      updateDate: toEpochSeconds(alias.updatedAt),
    };
  },
});

const remove = changing('DeleteStateMachineAlias', {
  shape: shapes.namedAliasShape,
  run: async ({ stateMachineAliasArn }, context) => {
    const named = findAlias(stateMachineAliasArn, context);
    if (named !== null) await deleteAlias(context.context, named.machine, named.alias);
    return {};
  },
});

const list = reading('ListStateMachineAliases', {
  shape: shapes.listStateMachineAliasesShape,
  run: (members, context) => {
    const { name, qualifier } = requireTarget(members.stateMachineArn, context);
    if (qualifier?.kind === 'alias') {
      const message = `State Machine ARN must not name an alias: '${members.stateMachineArn}'`;
      throw new ServiceError('ValidationException', message);
    }
    return answerPage(
      context,
      { operation: 'ListStateMachineAliases', members, list: 'stateMachineAliases' },
      (page) => listAliases(context.context, name, page, qualifier?.number),
      (alias) => ({
        stateMachineAliasArn: aliasArnOf(alias, context),
        creationDate: toEpochSeconds(alias.createdAt),
      }),
    );
  },
});

/** The operations of this file. */
export const aliasOperations: readonly ServiceOperation[] = [
  create,
  update,
  describe,
  remove,
  list,
];

function aliasArnOf({ machineId, name }: MachineAlias, { scope }: OperationContext): string {
  return toQualifiedArn(scope, machineId, name);
}

/** Throws ValidationException unless all routes name versions of one machine. */
function readRoutes(
  routing: ValueOf<typeof routingConfiguration>,
  context: OperationContext,
): { readonly machine: string; readonly routes: readonly AliasRoute[] } {
  const arns = routing.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const targets = arns.map((arn) => findTarget(arn, context));
  const routes = targets.flatMap((target, index) =>
    target?.qualifier?.kind === 'version'
      ? [{ version: target.qualifier.number, weight: routing[index]?.weight ?? 0 }]
      : [],
  );
  if (routes.length < routing.length) {
    const message =
      'Routing configuration must contain state machine version ARNs. ' +
      `Received: [${arns.join(', ')}]`;
    throw new ServiceError('ValidationException', message);
  }
  const [machine = '', ...others] = new Set(targets.map((target) => target?.name ?? ''));
  if (others.length > 0) throw differentMachines();
  return { machine, routes };
}

function differentMachines(): ServiceError {
  const message = 'Routing configuration must contain versions of one state machine';
  return new ServiceError('ValidationException', message);
}

interface NamedAlias {
  readonly machine: string;
  readonly alias: string;
}

/** Null for an ARN of another account or region. */
function findAlias(arn: string, context: OperationContext): NamedAlias | null {
  const target = findTarget(arn, context);
  if (target === null) return null;
  const { name, qualifier } = target;
  if (qualifier?.kind === 'alias') return { machine: name, alias: qualifier.name };
  const message = `State Machine Alias ARN must name an alias: '${arn}'`;
  throw new ServiceError('ValidationException', message);
}

function requireAlias(arn: string, context: OperationContext): NamedAlias {
  const named = findAlias(arn, context);
  if (named !== null) return named;
  throw new ServiceError('ResourceNotFound', 'Request references a resource that does not exist.', {
    resourceName: arn,
  });
}
