/** The stages of a deployment. */
import { describe, expect, it } from 'vitest';
import { selectStage } from '../../lib/config/deployment/select-stage.ts';

const deployment = {
  capacity: { max: 4 },
  tags: { team: 'orders' },
  stages: {
    dev: { retain: false },
    prod: { name: 'orders', capacity: { min: 1, max: 16 } },
  },
};

describe('selectStage', () => {
  it('a stage has the settings beside it, replaced by its own, and a name of its own', () => {
    expect(selectStage(deployment, 'dev')).toEqual({
      name: 'millrace-dev',
      capacity: { max: 4 },
      tags: { team: 'orders' },
      retain: false,
    });
    expect(selectStage(deployment, 'prod')).toMatchObject({
      name: 'orders',
      capacity: { min: 1, max: 16 },
    });
  });

  it('a deployment without stages is one', () => {
    expect(selectStage({ retain: false }, undefined)).toEqual({ retain: false });
  });

  it('a deployment with stages is not deployed without the name of one', () => {
    expect(() => selectStage(deployment, undefined)).toThrow(
      'deployment.stages: name the stage to deploy, one of dev, prod: --stage NAME',
    );
  });

  it('a stage that does not exist is refused with those that do', () => {
    expect(() => selectStage(deployment, 'prd')).toThrow("known: dev, prod; did you mean 'prod'?");
    expect(() => selectStage({}, 'prod')).toThrow('the configuration has no stages');
    expect(() => selectStage(deployment, 'constructor')).toThrow("no 'constructor'");
  });
});
