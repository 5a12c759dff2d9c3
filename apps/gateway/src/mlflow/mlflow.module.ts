import { Module } from '@nestjs/common';
import { ServerController } from './server.controller.js';

/** MLflow's REST surface. */
@Module({ controllers: [ServerController] })
export class MlflowModule {}
