import { encodeOwnerRequest, type OwnerRequest } from '#contracts';

export type OwnerCommand = OwnerRequest['commands'][number];

const OPENING = '{"commands":[';

/** One command's text inside an OwnerRequest, so that it is encoded once however often it is sent. */
export function encodeCommand(command: OwnerCommand): string {
  return encodeOwnerRequest({ commands: [command] }).slice(OPENING.length, -2);
}

/** An OwnerRequest of texts that `encodeCommand` gave. */
export function joinCommands(texts: readonly string[]): string {
  return `${OPENING}${texts.join(',')}]}`;
}
