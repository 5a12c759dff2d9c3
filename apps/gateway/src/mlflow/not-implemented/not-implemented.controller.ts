import { All, Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticated } from '../../auth/access.decorators.js';
import { SENTENCES } from './not-implemented-routes.js';

/** Answers for parts of MLflow that are not here: 501 and a sentence, where an unknown path is 404. */
@Controller()
export class NotImplementedController {
  @All([...SENTENCES.keys()])
  @Authenticated('nothing is behind it')
  refuse(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const message = SENTENCES.get(request.routeOptions.url ?? '') ?? 'This server does not have this part of MLflow.';
    reply.status(501).header('content-type', 'application/json').send({ error_code: 'NOT_IMPLEMENTED', message });
  }
}
