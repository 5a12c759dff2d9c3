import { Module } from '@nestjs/common';
import { ExperimentsController } from './experiments/experiments.controller.js';
import { LoggedModelsController } from './logged-models/logged-models.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { NotImplementedController } from './not-implemented/not-implemented.controller.js';
import { RunLogController } from './runs/run-log.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { ServerController } from './server.controller.js';
import { AssessmentsController } from './traces/assessments.controller.js';
import { LegacyTracesController } from './traces/legacy-traces.controller.js';
import { OtlpController } from './traces/otlp/otlp.controller.js';
import { TraceArtifactController } from './traces/trace-artifact.controller.js';
import { TracesController } from './traces/traces.controller.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

/** MLflow's REST surface. */
@Module({
  controllers: [
    ServerController, ExperimentsController, RunsController, RunLogController, MetricsController, LoggedModelsController,
    OtlpController, TracesController, AssessmentsController, LegacyTracesController, TraceArtifactController, WorkspacesController,
    NotImplementedController,
  ],
})
export class MlflowModule {}
