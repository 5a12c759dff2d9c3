import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../auth/access.decorators.js';
import { MlflowRoute } from './mlflow-route.js';

/** The MLflow release whose behaviour we target; clients switch features by it. */
export const MLFLOW_VERSION = '3.17.2';

@Controller()
export class ServerController {
  @Get('version')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Public('clients ask for the version before they log in')
  version(): string {
    return MLFLOW_VERSION;
  }

  @MlflowRoute('GET', '/mlflow/server-info', '3.0')
  @Public('clients ask what the server can do before they log in')
  serverInfo() {
    return {
      store_type: 'SqlStore',
      workspaces_enabled: true,
      trace_archival_enabled: false,
      multipart_uploads_enabled: false,
      multipart_downloads_enabled: false,
      presigned_upload_run_id_supported: false,
      presigned_upload_model_id_supported: false,
      features_enabled: { gateway: false },
    };
  }
}
