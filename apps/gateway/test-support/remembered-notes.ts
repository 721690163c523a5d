import type { Note, NoteKind } from '#event-log';
import type { Notes } from '../src/ports.js';

/** Notes in memory. */
export class RememberedNotes implements Notes {
  readonly kept: Note[] = [];

  keep(note: Note): Promise<void> {
    this.kept.push(note);
    return Promise.resolve();
  }

  read(kind: NoteKind, subjects: readonly string[]): Promise<Map<string, { text: string; salt: string }>> {
    const found = this.kept.filter((note) => note.kind === kind && subjects.includes(note.subject));
    return Promise.resolve(new Map(found.map(({ subject, text, salt }) => [subject, { text, salt }])));
  }
}
