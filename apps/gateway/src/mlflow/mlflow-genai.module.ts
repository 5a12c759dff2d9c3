import { Module } from '@nestjs/common';
import { EvaluationDatasetsController } from './evaluation-datasets/evaluation-datasets.controller.js';

/** What MLflow has for the evaluation of generative models. */
@Module({ controllers: [EvaluationDatasetsController] })
export class MlflowGenaiModule {}
