import { Global, Module } from '@nestjs/common';
import { ServableModelsService } from './model/servable-models.service.js';

@Global()
@Module({ providers: [ServableModelsService], exports: [ServableModelsService] })
export class PackagingModule {}
