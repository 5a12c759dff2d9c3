import { Module } from '@nestjs/common';
import { ExperimentsController } from './experiments/experiments.controller.js';
import { LoggedModelsController } from './logged-models/logged-models.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { NotImplementedController } from './not-implemented/not-implemented.controller.js';
import { RunLogController } from './runs/run-log.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { ServerController } from './server.controller.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

/** MLflow's REST surface. */
@Module({ controllers: [ServerController, ExperimentsController, RunsController, RunLogController, MetricsController, LoggedModelsController, WorkspacesController, NotImplementedController] })
export class MlflowModule {}
