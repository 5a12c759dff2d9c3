import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Can } from '../../auth/access.decorators.js';
import { MlflowRoute } from '../mlflow-route.js';

const MULTIPART_UPLOAD = 'Multipart upload is not supported for the current artifact repository';
const MULTIPART_DOWNLOAD = 'Multipart download is not supported for the current artifact repository';

/**
 * Transfers past the server, which server-info says are off. A client that tries all the same falls back to plain PUT
 * and GET on exactly this status and sentence (mlflow 3.17, exceptions.py).
 */
@Controller()
export class UnsupportedTransfersController {
  @MlflowRoute('POST', '/mlflow-artifacts/mpu/create/*')
  @Can('artifact:write')
  create(@Res() reply: FastifyReply): void {
    refuse(reply, MULTIPART_UPLOAD);
  }

  @MlflowRoute('POST', '/mlflow-artifacts/mpu/complete/*')
  @Can('artifact:write')
  complete(@Res() reply: FastifyReply): void {
    refuse(reply, MULTIPART_UPLOAD);
  }

  @MlflowRoute('POST', '/mlflow-artifacts/mpu/abort/*')
  @Can('artifact:write')
  abort(@Res() reply: FastifyReply): void {
    refuse(reply, MULTIPART_UPLOAD);
  }

  @MlflowRoute('GET', '/mlflow-artifacts/presigned/*')
  @Can('artifact:read')
  presigned(@Res() reply: FastifyReply): void {
    refuse(reply, MULTIPART_DOWNLOAD);
  }
}

function refuse(reply: FastifyReply, message: string): void {
  reply.status(501).header('content-type', 'application/json').send({ error_code: 'NOT_IMPLEMENTED', message });
}
