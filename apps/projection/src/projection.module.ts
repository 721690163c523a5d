import { Module, type DynamicModule } from '@nestjs/common';
import { ProjectionLoop, type ProjectionLoopParts } from './projection-loop.js';

@Module({})
class ProjectionModule {}

/** What it stands on is opened by whoever starts the process; stopping the loop closes it. */
export function projectionModule(parts: ProjectionLoopParts): DynamicModule {
  return {
    module: ProjectionModule,
    providers: [{ provide: ProjectionLoop, useFactory: () => new ProjectionLoop(parts) }],
  };
}
