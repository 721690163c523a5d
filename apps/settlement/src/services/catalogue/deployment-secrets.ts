import { isJsonObject, readJson } from '#contracts';
import { readFileSync } from 'node:fs';
import { readSecret, type Secret, type ServiceDefinition } from '#paid-services';
import { ServiceFileError } from './ready-definitions.js';

/**
 * The secrets with which whoever runs Bursar calls services for every org, out of a JSON file of `{"<service>": <secret>}`. What is wrong
 * is named, and never shown. @throws ServiceFileError
 */
export function deploymentSecrets(
  file: string,
  definitions: ReadonlyMap<string, ServiceDefinition>,
): ReadonlyMap<string, Secret> {
  const read = readJson(readFileSync(file, 'utf8'));
  const refuse = (field: string, message: string): never => {
    throw new ServiceFileError(file, [{ line: 1, field, message }]);
  };
  if (!read.ok || !isJsonObject(read.value)) return refuse('the file', 'must be a JSON object of secrets by service');
  const secrets = new Map<string, Secret>();
  for (const [name, given] of Object.entries(read.value)) {
    const definition = definitions.get(name) ?? refuse(name, 'is no service of this deployment');
    const secret = readSecret(definition, given);
    if (secret.ok) secrets.set(name, secret.secret);
    else refuse(name, secret.problems.map(({ field, message }) => `${field} ${message}`).join('; '));
  }
  return secrets;
}
