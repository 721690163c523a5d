import { writtenCommand, type OwnerRequest } from '#contracts';

export type OwnerCommand = OwnerRequest['commands'][number];

const OPENING = '{"commands":[';

/**
 * One command's text inside an OwnerRequest, so that it is encoded once however often it is sent. That its key is fresh stands only in
 * the text that is sent first.
 */
export function encodeCommand(command: OwnerCommand, deadline: number): { text: string; first_text: string } {
  const written = writtenCommand(command);
  written['deadline'] = deadline;
  written['fresh_key'] = undefined;
  const text = JSON.stringify(written);
  return { text, first_text: command.fresh_key ? `${text.slice(0, -1)},"fresh_key":true}` : text };
}

/** An OwnerRequest of texts that `encodeCommand` gave. */
export function joinCommands(texts: readonly string[]): string {
  return `${OPENING}${texts.join(',')}]}`;
}
