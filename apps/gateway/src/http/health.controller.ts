import { Controller, Get, Header } from '@nestjs/common';
import { Database } from '@modelyard/db';
import { Public } from '../auth/access.decorators.js';

@Controller()
export class HealthController {
  constructor(private readonly db: Database) {}

  /** The process answers. MLflow's clients and start scripts wait for just this text. */
  @Get('health')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Public('load balancers and start scripts ask without a login')
  health(): string {
    return 'OK';
  }

  /** The process and what it needs answer. */
  @Get('ready')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Public('load balancers ask without a login')
  async ready(): Promise<string> {
    await this.db.ping();
    return 'OK';
  }
}
