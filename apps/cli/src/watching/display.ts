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
const CLEAR_SCREEN = `${ESCAPE}2J`;
const TO_TOP = `${ESCAPE}H`;

function inPlace(terminal: Terminal): Display {
  let drawn = 0;
  let last: string | undefined;
  let resized = false;
  let draw = (): Promise<void> => Promise.resolve();
  const forget = terminal.onResize(() => {
    resized = last !== undefined;
    void draw();
  });

  /** What moves the cursor to where the first line is to stand. */
  function toBegin(): string {
    if (last === undefined) return `${HIDE_CURSOR}\r`;
    // Terminals differ in what becomes of lines that no longer fit, so nobody knows where they stand.
    return resized ? `${TO_TOP}${CLEAR_SCREEN}` : `${ESCAPE}${drawn}A\r`;
  }

  return {
    async show(_, render) {
      draw = async () => {
        const text = fitted(render(), terminal.screen()?.rows ?? 24);
        if (text === last && !resized) return;
        const begin = toBegin();
        [drawn, last, resized] = [text.split('\n').length, text, false];
        await terminal.write(`${begin}${CLEAR_BELOW}${text}\n`);
      };
      await draw();
    },
    end() {
      forget();
      // What the terminal itself has written there, such as ^C, goes.
      if (last !== undefined) void terminal.write(`\r${CLEAR_BELOW}${SHOW_CURSOR}`);
    },
  };
}

/** The cursor cannot go up beyond the screen, so no more is drawn than fits into it above the cursor's own line. */
function fitted(text: string, rows: number): string {
  const lines = text.split('\n');
  const room = Math.max(1, rows - 1);
  if (lines.length <= room) return text;
  return [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} lines more`].join('\n');
}
