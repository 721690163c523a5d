import type { BursarClient } from '#client';
import type { z } from 'zod';
import type { McpCaller } from './mcp-caller.js';

/** What a tool works with, for one call. */
export interface ToolContext {
  client: BursarClient;
  caller: McpCaller;
  /** Ends when the caller cancels the call. */
  signal: AbortSignal;
}

/** One tool: what a model is told of it, and what it does. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  input: z.ZodType;
  output: z.ZodType;
  /** It changes nothing. */
  reads_only: boolean;
  /** Reads the arguments by `input`, and resolves with what `output` describes. */
  run(values: unknown, context: ToolContext): Promise<object>;
}

/** Arguments that the schema refuses: told to the model field by field. */
export class ArgumentsInvalid extends Error {
  override readonly name = 'ArgumentsInvalid';
  constructor(readonly problems: readonly { field: string; message: string }[]) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('; '));
  }
}

/** A tool whose `run` gets its arguments read. */
export function defineTool<Input extends z.ZodType>(
  tool: Omit<Tool, 'run' | 'input'> & {
    input: Input;
    run(values: z.output<Input>, context: ToolContext): Promise<object>;
  },
): Tool {
  const run = (values: unknown, context: ToolContext): Promise<object> => {
    const read = tool.input.safeParse(values ?? {});
    if (read.success) return tool.run(read.data, context);
    throw new ArgumentsInvalid(read.error.issues.flatMap(problemsOf));
  };
  return { ...tool, run };
}

function problemsOf(issue: z.core.$ZodIssue): { field: string; message: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [...issue.path, key].join('.'),
      message: 'is not an argument of this tool',
    }));
  }
  return [{ field: issue.path.join('.') || 'arguments', message: issue.message }];
}
