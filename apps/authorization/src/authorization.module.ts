import { Module, type DynamicModule } from '@nestjs/common';
import { AuthorizationController } from './authorization.controller.js';
import { AuthorizationProcess } from './process/authorization-process.js';

@Module({})
class AuthorizationModule {}

/** What it stands on (log, bus, transport) is opened and closed by whoever starts the process. */
export function authorizationModule(parts: ConstructorParameters<typeof AuthorizationProcess>[0]): DynamicModule {
  return {
    module: AuthorizationModule,
    controllers: [AuthorizationController],
    providers: [{ provide: AuthorizationProcess, useFactory: () => new AuthorizationProcess(parts) }],
  };
}
