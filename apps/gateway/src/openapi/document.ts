import { problemSchema } from '#contracts';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { namedComponents, schemaReference } from './schemas.js';

/** The OpenAPI 3.1 document of all calls: made from the controllers and the schemas of their requests and answers. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  schemaReference(problemSchema, 'output');
  const head = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Bursar')
    .setDescription('The ledger that AI agents spend and earn through.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(app, head, {
    operationIdFactory: (_, method) => method,
    autoTagControllers: false,
  });
  return { ...document, components: { ...document.components, schemas: namedComponents() } };
}

/** The text of `docs/openapi.json`. */
export function openApiPage(app: INestApplication): string {
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
}

/** Made once, when somebody first asks. */
export class OpenApiText {
  #text: string | undefined;
  #app: INestApplication | undefined;

  of(app: INestApplication): void {
    this.#app = app;
  }

  get(): string {
    if (!this.#app) throw new Error('There is no application to describe yet');
    return (this.#text ??= JSON.stringify(openApiDocument(this.#app)));
  }
}
