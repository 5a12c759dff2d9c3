import { Module } from '@nestjs/common';
import { EvaluationDatasetsController } from './evaluation-datasets/evaluation-datasets.controller.js';
import { IssuesController } from './issues/issues.controller.js';
import { ScorersController } from './scorers/scorers.controller.js';

/** What MLflow has for the evaluation of generative models. */
@Module({ controllers: [EvaluationDatasetsController, ScorersController, IssuesController] })
export class MlflowGenaiModule {}
