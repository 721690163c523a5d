import type { Terminal } from '../terminal.js';

/** What is watched, shown anew whenever it has changed. */
export interface Display {
  show(value: object, render: () => string): Promise<void>;
  /** Leaves the last one standing and gives the cursor back. */
  end(): void;
}

/** In place where a person looks; else each change below the one before, or as a line of JSON. */
export function display(terminal: Terminal, json: boolean): Display {
  if (json) return below(terminal, (value) => JSON.stringify(value));
  if (terminal.screen() === undefined)
    return below(terminal, (_, render) => `${new Date().toISOString()}\n${render()}\n`);
  return inPlace(terminal);
}

function below(terminal: Terminal, textOf: (value: object, render: () => string) => string): Display {
  let last: string | undefined;
  return {
    async show(value, render) {
      const now = JSON.stringify(value);
      if (now === last) return;
      last = now;
      await terminal.write(`${textOf(value, render)}\n`);
    },
    end: () => undefined,
  };
}

const ESCAPE = '\u001b[';
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;
const CLEAR_BELOW = `${ESCAPE}0J`;

function inPlace(terminal: Terminal): Display {
  let drawn = 0;
  let last = '';
  return {
    async show(_, render) {
      const rows = terminal.screen()?.rows ?? 24;
      const text = fitted(render(), rows);
      if (text === last) return;
      const up = drawn === 0 ? HIDE_CURSOR : `${ESCAPE}${drawn}A`;
      drawn = text.split('\n').length;
      last = text;
      await terminal.write(`${up}\r${CLEAR_BELOW}${text}\n`);
    },
    end: () => void (drawn === 0 ? undefined : terminal.write(SHOW_CURSOR)),
  };
}

/** The cursor cannot go up beyond the screen, so no more is drawn than fits into it. */
function fitted(text: string, rows: number): string {
  const lines = text.split('\n');
  const room = Math.max(1, rows - 2);
  return lines.length <= room + 1
    ? text
    : [...lines.slice(0, room), `… and ${lines.length - room} lines more`].join('\n');
}
