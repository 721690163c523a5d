import { createAccount } from '@nats-io/nkeys';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the embedded start makes once and keeps in the data folder, readable by its owner only. */
export interface Secrets {
  readonly natsServicePassword: string;
  /** Signs the answers of the NATS auth callout. */
  readonly natsIssuerSeed: string;
  /** With which organizations are opened. */
  readonly platformKey: string;
  /** Of the keys that sign receipts and payment tokens. */
  readonly signingSeed: string;
  /** Of the keys that encrypt the secrets of paid services. */
  readonly secretsSeed: string;
  /**
   * The first organization's admin key, kept only until it has been shown: a first start that was interrupted
   * shows it at the next one.
   */
  readonly adminKeyToShow?: string;
}

export function readOrMakeSecrets(dataDirectory: string): Secrets {
  const file = fileIn(dataDirectory);
  if (existsSync(file)) return completed(file, JSON.parse(readFileSync(file, 'utf8')) as Secrets);
  const secrets: Secrets = {
    natsServicePassword: randomBytes(32).toString('base64url'),
    natsIssuerSeed: new TextDecoder().decode(createAccount().getSeed()),
    platformKey: newPlatformKey(),
    signingSeed: newSeed(),
    secretsSeed: newSeed(),
    adminKeyToShow: `bursar-admin-${randomBytes(24).toString('base64url')}`,
  };
  write(file, secrets);
  return secrets;
}

type Later = 'platformKey' | 'signingSeed' | 'secretsSeed';

/** A data folder of before there was one of these gets it. */
function completed(file: string, kept: Omit<Secrets, Later> & Partial<Pick<Secrets, Later>>): Secrets {
  const { platformKey, signingSeed, secretsSeed } = kept;
  const secrets = {
    ...kept,
    platformKey: platformKey ?? newPlatformKey(),
    signingSeed: signingSeed ?? newSeed(),
    secretsSeed: secretsSeed ?? newSeed(),
  };
  if ([platformKey, signingSeed, secretsSeed].includes(undefined)) write(file, secrets);
  return secrets;
}

function newPlatformKey(): string {
  return `bursar-platform-${randomBytes(24).toString('base64url')}`;
}

function newSeed(): string {
  return randomBytes(32).toString('base64url');
}

export function forgetAdminKey(dataDirectory: string): void {
  const { adminKeyToShow: _shown, ...kept } = readOrMakeSecrets(dataDirectory);
  write(fileIn(dataDirectory), kept);
}

function write(file: string, secrets: Secrets): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function fileIn(dataDirectory: string): string {
  return join(dataDirectory, 'secrets.json');
}
