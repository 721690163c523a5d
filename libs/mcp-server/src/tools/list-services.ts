import { z } from 'zod';
import { defineTool } from '../tool.js';

export const listServices = defineTool({
  name: 'list_services',
  title: 'Which services can be paid',
  description:
    'Lists the paid services: what each does, what it costs, what its payload holds, and whether it is live.',
  input: z.strictObject({}),
  output: z.looseObject({ services: z.array(z.looseObject({ name: z.string() })) }),
  reads_only: true,
  run: (_query, { client, signal }) => client.services.list({ signal }),
});
