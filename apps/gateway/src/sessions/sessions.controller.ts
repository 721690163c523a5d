import {
  changeSessionSchema,
  closeSessionSchema,
  openSessionSchema,
  sessionClosedSchema,
  sessionOpenedSchema,
  sessionSchema,
  sessionsAnswerSchema,
  sessionsQuerySchema,
} from '#contracts';
import { Controller, Get, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { NOTES, OWNER, type Notes, type OwnerGateway } from '../ports.js';
import { changeSession } from './change-session.js';
import { closeSession } from './close-session.js';
import { listSessions } from './list-sessions.js';
import { openSession } from './open-session.js';
import { readSession } from './read-session.js';

const area = 'sessions';
const path = { id: 'Id of a session.' };

@Controller('v1/sessions')
export class SessionsController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(NOTES) private readonly notes: Notes,
  ) {}

  @Post()
  @describe({
    summary: 'Open a session, under a parent where one is named',
    area,
    body: openSessionSchema,
    answers: { 201: sessionOpenedSchema },
    keyed: true,
  })
  openSession(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => openSession(request, this.owner, this.notes));
  }

  @Get()
  @describe({
    summary: 'List sessions: the topmost ones that the caller sees, or those directly below one',
    area,
    query: sessionsQuerySchema,
    answers: { 200: sessionsAnswerSchema },
  })
  listSessions(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listSessions(request, this.owner, this.notes));
  }

  @Get(':id')
  @describe({ summary: 'Read a session and the tree below it', area, path, answers: { 200: sessionSchema } })
  readSession(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => readSession(request, this.owner, this.notes));
  }

  @Patch(':id')
  @describe({
    summary: 'Change budget or expiry',
    area,
    path,
    body: changeSessionSchema,
    answers: { 200: sessionSchema },
  })
  changeSession(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => changeSession(request, this.owner, this.notes));
  }

  @Post(':id/close')
  @describe({
    summary: 'Close a session and all below it, and release what is left',
    area,
    path,
    body: closeSessionSchema,
    bodyIsOptional: true,
    answers: { 200: sessionClosedSchema },
    keyed: true,
  })
  closeSession(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => closeSession(request, this.owner));
  }
}
