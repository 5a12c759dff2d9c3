import { Controller } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { AssessmentService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './assessments.wire.js';

const ONE = '/mlflow/traces/:trace_id/assessments/:assessment_id';

@Controller()
export class AssessmentsController {
  constructor(private readonly assessments: AssessmentService) {}

  @MlflowRoute('POST', '/mlflow/traces/:trace_id/assessments', '3.0')
  @Can('run:write')
  async create(@Ctx() ctx: TenantContext, @Message(wire.createAssessment) message: z.output<typeof wire.createAssessment>) {
    return { assessment: wire.assessmentWire(await this.assessments.create(ctx, message.trace_id, wire.newAssessment(message.assessment))) };
  }

  @MlflowRoute('GET', ONE, '3.0')
  @Can('run:read')
  async get(@Ctx() ctx: TenantContext, @Message(wire.assessmentById) message: z.output<typeof wire.assessmentById>) {
    return { assessment: wire.assessmentWire(await this.assessments.get(ctx, message.trace_id, message.assessment_id)) };
  }

  @MlflowRoute('PATCH', ONE, '3.0')
  @Can('run:write')
  async update(@Ctx() ctx: TenantContext, @Message(wire.updateAssessment) message: z.output<typeof wire.updateAssessment>) {
    const change = wire.assessmentChange(message.assessment, message.update_mask);
    return { assessment: wire.assessmentWire(await this.assessments.update(ctx, message.trace_id, message.assessment_id, change)) };
  }

  @MlflowRoute('DELETE', ONE, '3.0')
  @Can('run:write')
  async delete(@Ctx() ctx: TenantContext, @Message(wire.assessmentById) message: z.output<typeof wire.assessmentById>) {
    await this.assessments.delete(ctx, message.trace_id, message.assessment_id);
    return {};
  }
}
