import { Controller } from '@nestjs/common';
import { DomainError, type TenantContext } from '@modelyard/kernel';
import { ScorerService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, JsonBody, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { absentIfEmpty } from '../registry/model-versions.wire.js';
import * as wire from './scorers.wire.js';

/** MLflow's scorers. */
@Controller()
export class ScorersController {
  constructor(private readonly scorers: ScorerService) {}

  @MlflowRoute('POST', '/mlflow/scorers/register', '3.0')
  @Can('experiment:write')
  async register(@Ctx() ctx: TenantContext, @Message(wire.REGISTER) message: z.output<typeof wire.REGISTER>) {
    const made = await this.scorers.register(ctx, message.experiment_id, message.name, message.serialized_scorer);
    return { version: made.version, scorer_id: made.scorerId, experiment_id: made.experimentId, name: made.name, serialized_scorer: made.serializedScorer, creation_time: made.creationTime };
  }

  @MlflowRoute('GET', '/mlflow/scorers/list', '3.0')
  @Can('experiment:read')
  async list(@Ctx() ctx: TenantContext, @Message(wire.LIST) { experiment_id: one, experiment_ids: several }: z.output<typeof wire.LIST>) {
    if (one !== '' && several.length > 0) {
      throw new DomainError('INVALID_ARGUMENT', "Cannot specify both 'experiment_id' and 'experiment_ids'. Use 'experiment_ids' to scope the query to multiple experiments, or 'experiment_id' to scope it to a single experiment.");
    }
    const found = one === '' ? await this.scorers.listAcross(ctx, several.length === 0 ? null : several) : await this.scorers.list(ctx, one);
    return { scorers: absentIfEmpty(found.map(wire.scorerMessage)) };
  }

  @MlflowRoute('GET', '/mlflow/scorers/versions', '3.0')
  @Can('experiment:read')
  async versions(@Ctx() ctx: TenantContext, @Message(wire.VERSIONS) message: z.output<typeof wire.VERSIONS>) {
    return { scorers: absentIfEmpty((await this.scorers.versions(ctx, message.experiment_id, message.name)).map(wire.scorerMessage)) };
  }

  @MlflowRoute('GET', '/mlflow/scorers/get', '3.0')
  @Can('experiment:read')
  async get(@Ctx() ctx: TenantContext, @Message(wire.VERSION) message: z.output<typeof wire.VERSION>) {
    return { scorer: wire.scorerMessage(await this.scorers.get(ctx, message.experiment_id, message.name, message.version)) };
  }

  @MlflowRoute('DELETE', '/mlflow/scorers/delete', '3.0')
  @Can('run:delete')
  async delete(@Ctx() ctx: TenantContext, @Message(wire.VERSION) message: z.output<typeof wire.VERSION>) {
    await this.scorers.delete(ctx, message.experiment_id, message.name, message.version);
    return {};
  }

  @MlflowRoute('GET', '/mlflow/scorers/online-configs', '3.0')
  @Can('experiment:read')
  async onlineConfigs(@Ctx() ctx: TenantContext, @Message(wire.ONLINE_CONFIGS) message: z.output<typeof wire.ONLINE_CONFIGS>) {
    return { configs: (await this.scorers.onlineScoring(ctx, message.scorer_ids)).map(wire.onlineMessage) };
  }

  @MlflowRoute('PUT', '/mlflow/scorers/online-config', '3.0')
  @Can('experiment:write')
  async setOnlineConfig(@Ctx() ctx: TenantContext, @JsonBody(wire.ONLINE_CONFIG) message: z.output<typeof wire.ONLINE_CONFIG>) {
    return { config: wire.onlineMessage(await this.scorers.setOnlineScoring(ctx, message.experimentId, message.name, message.sampleRate, message.filter)) };
  }
}
