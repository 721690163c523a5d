import type { NearOwner } from '#bus';
import { takeOwnerCommand, type OwnerRequestsParts } from './owner-requests.js';

/** The way to this owner for callers in its process, by the same rules as over the bus. */
export function nearOwner(parts: OwnerRequestsParts, alarm: (message: string, error: unknown) => void): NearOwner {
  return {
    owns: (partition) => parts.owner.partitions().has(partition),
    take(partition, command, answer) {
      try {
        takeOwnerCommand(parts, partition, command, answer);
      } catch (error) {
        // As over the bus: one that cannot be taken is said aloud, and harms nobody else.
        alarm(`a command of type ${command.type} cannot be taken`, error);
        answer({ kind: 'unavailable', code: 'book_unavailable' });
      }
    },
  };
}
