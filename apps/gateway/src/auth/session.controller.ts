import { Controller, Delete, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { AuthenticationService } from '@modelyard/identity';
import { DomainError, SESSION_COOKIE } from '@modelyard/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readBody } from '../http/read-body.js';
import { Public } from './access.decorators.js';
import { requestedTenant } from './request-access.js';

const MAX_BODY_BYTES = 10_000;
const SESSION_SECONDS = 12 * 3600;
const loginSchema = z.object({ token: z.string().min(1).max(200) });

export const SECURE_COOKIES = 'SECURE_COOKIES';

/** Browser sessions: the token goes into a cookie that scripts cannot read. */
@Controller('session')
export class SessionController {
  constructor(
    private readonly authentication: AuthenticationService,
    @Inject(SECURE_COOKIES) private readonly secure: boolean,
  ) {}

  @Post()
  @HttpCode(200)
  @Public('this is the login: the token in the body is the credential')
  async login(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    // A form of another site cannot send this type without the browser asking first.
    if (!(request.headers['content-type'] ?? '').startsWith('application/json')) throw new DomainError('INVALID_ARGUMENT', 'Send {"token": ...} as application/json.');
    const { token } = parseLogin(await readBody(request, MAX_BODY_BYTES));
    const ctx = await this.authentication.authenticate({ token, ...requestedTenant(request), requestId: request.id, sourceAddress: request.ip });
    reply.header('set-cookie', this.cookie(token, SESSION_SECONDS));
    return { name: ctx.actor.name, organization: ctx.organizationSlug };
  }

  @Delete()
  @HttpCode(200)
  @Public('ending a session needs none')
  logout(@Res({ passthrough: true }) reply: FastifyReply) {
    reply.header('set-cookie', this.cookie('', 0));
    return {};
  }

  private cookie(value: string, seconds: number): string {
    return `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${this.secure ? '; Secure' : ''}`;
  }
}

function parseLogin(text: string): { token: string } {
  try {
    return loginSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', 'Send {"token": ...} as application/json.', { field: 'token' }, { cause });
  }
}
