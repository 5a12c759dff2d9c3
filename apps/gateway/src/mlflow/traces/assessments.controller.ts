import { Controller, Param } from '@nestjs/common';
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
  async create(@Ctx() ctx: TenantContext, @Param('trace_id') traceId: string, @Message(wire.createAssessment) message: z.output<typeof wire.createAssessment>) {
    return { assessment: wire.assessmentWire(await this.assessments.create(ctx, traceId, wire.newAssessment(message.assessment))) };
  }

  @MlflowRoute('GET', ONE, '3.0')
  @Can('run:read')
  async get(@Ctx() ctx: TenantContext, @Param('trace_id') traceId: string, @Param('assessment_id') assessmentId: string) {
    return { assessment: wire.assessmentWire(await this.assessments.get(ctx, traceId, assessmentId)) };
  }

  @MlflowRoute('PATCH', ONE, '3.0')
  @Can('run:write')
  async update(@Ctx() ctx: TenantContext, @Param('trace_id') traceId: string, @Param('assessment_id') assessmentId: string, @Message(wire.updateAssessment) message: z.output<typeof wire.updateAssessment>) {
    const change = wire.assessmentChange(message.assessment, message.update_mask);
    return { assessment: wire.assessmentWire(await this.assessments.update(ctx, traceId, assessmentId, change)) };
  }

  @MlflowRoute('DELETE', ONE, '3.0')
  @Can('run:write')
  async delete(@Ctx() ctx: TenantContext, @Param('trace_id') traceId: string, @Param('assessment_id') assessmentId: string) {
    await this.assessments.delete(ctx, traceId, assessmentId);
    return {};
  }
}
