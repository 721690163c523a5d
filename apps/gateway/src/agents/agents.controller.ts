import {
  agentRegisteredSchema,
  agentSchema,
  agentsAnswerSchema,
  agentsQuerySchema,
  agentSpendSchema,
  agentStepSchema,
  changeAgentSchema,
  freezeAgentSchema,
  registerAgentSchema,
  rotateTokenSchema,
  unfreezeAgentSchema,
} from '#contracts';
import { Controller, Get, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { changeAgent } from './change-agent.js';
import { freezeAgent, unfreezeAgent } from './freeze-agent.js';
import { listAgents } from './list-agents.js';
import { readAgent, readAgentSpend } from './read-agent.js';
import { registerAgent } from './register-agent.js';
import { rotateToken } from './rotate-token.js';

const area = 'agents';
const path = { agent: 'Handle or id; a leading @ is ignored.' };

@Controller('v1/agents')
export class AgentsController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Post()
  @describe({
    summary: 'Register an agent with the limits that it is given and no others',
    area,
    body: registerAgentSchema,
    answers: { 201: agentRegisteredSchema },
    keyed: true,
  })
  registerAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => registerAgent(request, this.owner));
  }

  @Get()
  @describe({
    summary: 'List agents and what their limits have left',
    area,
    query: agentsQuerySchema,
    answers: { 200: agentsAnswerSchema },
  })
  listAgents(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listAgents(request, this.owner));
  }

  @Get(':agent')
  @describe({ summary: 'Read an agent and its limits', area, path, answers: { 200: agentSchema } })
  readAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => readAgent(request, this.owner));
  }

  @Patch(':agent')
  @describe({
    summary: 'Change limits, protocols or funding, from the next request on',
    area,
    path,
    body: changeAgentSchema,
    answers: { 200: agentSchema },
  })
  changeAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => changeAgent(request, this.owner));
  }

  @Get(':agent/spend')
  @describe({ summary: 'What an agent has spent of what it may', area, path, answers: { 200: agentSpendSchema } })
  readAgentSpend(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => readAgentSpend(request, this.owner));
  }

  @Post(':agent/freeze')
  @describe({
    summary: 'Let nothing more pass, and void undispatched holds',
    area,
    path,
    body: freezeAgentSchema,
    bodyIsOptional: true,
    answers: { 200: agentStepSchema },
    keyed: true,
  })
  freezeAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => freezeAgent(request, this.owner));
  }

  @Post(':agent/unfreeze')
  @describe({
    summary: 'Let a frozen agent pay again',
    area,
    path,
    body: unfreezeAgentSchema,
    bodyIsOptional: true,
    answers: { 200: agentStepSchema },
    keyed: true,
  })
  unfreezeAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => unfreezeAgent(request, this.owner));
  }

  @Post(':agent/rotate-token')
  @describe({
    summary: 'Make a new token; the one before still holds for the overlap',
    area,
    path,
    body: rotateTokenSchema,
    bodyIsOptional: true,
    answers: { 200: agentStepSchema },
    keyed: true,
  })
  rotateToken(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => rotateToken(request, this.owner));
  }
}
