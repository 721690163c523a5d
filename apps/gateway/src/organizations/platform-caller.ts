import { equalInConstantTime } from '#security';
import type { FastifyRequest } from 'fastify';
import type { Platform } from '../ports.js';
import { bearerOf } from '../http/caller.js';
import { refuse, refuseHeader } from '../http/http-reply.js';

/**
 * Lets whoever runs Bursar through, and nobody else: the platform key belongs to no org and is asked of no book. Where none is
 * set, nobody has it.
 */
export function requirePlatformKey(request: FastifyRequest, platform: Platform): void {
  const given = bearerOf(request);
  if (request.headers['bursar-session'] !== undefined)
    refuseHeader('Bursar-Session', 'must not stand beside the platform key, which belongs to no organization');
  if (platform.key !== undefined && equalInConstantTime(given, platform.key)) return;
  refuse('credential_invalid', { detail: 'Only the platform key opens organizations and lets back into them.' });
}
