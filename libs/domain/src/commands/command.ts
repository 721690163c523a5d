import type {
  ChangeOrganization,
  CreateOrganization,
  IssueAdminKey,
  IssueKey,
  RevokeKey,
} from './organization-commands.js';
import type {
  ChangeAgent,
  FreezeAgent,
  RegisterAddress,
  RegisterAgent,
  RemoveAddress,
  RevokeAgent,
  RotateAgentToken,
  ScopeAgent,
  UnfreezeAgent,
} from './agent-commands.js';
import type { ChangeSession, CloseSession, LapseSession, OpenSession } from './session-commands.js';
import type { OpenWallet, TopUp, TransferMoney } from './wallet-commands.js';
import type {
  AuthorizePayment,
  CapturePayment,
  DispatchPayment,
  ExtendPayment,
  LapsePayment,
  RedeemPayment,
  RefundPayment,
  ResolvePayment,
  TransferSigned,
  VoidPayment,
} from './payment-commands.js';
import type { CancelPaymentRequest, DeclinePaymentRequest, OpenPaymentRequest } from './payment-request-commands.js';
import type { ApprovePayment, CreateGrant, DenyPayment, RevokeGrant } from './approval-commands.js';
import type { CreditClearing, ReturnClearing, SettleClearing, SettleReturn } from './clearing-commands.js';

export type Command =
  | CreditClearing
  | SettleClearing
  | ReturnClearing
  | SettleReturn
  | CreateOrganization
  | ChangeOrganization
  | IssueAdminKey
  | IssueKey
  | RevokeKey
  | RegisterAgent
  | ChangeAgent
  | ScopeAgent
  | FreezeAgent
  | UnfreezeAgent
  | RevokeAgent
  | RotateAgentToken
  | RegisterAddress
  | RemoveAddress
  | OpenSession
  | ChangeSession
  | CloseSession
  | TopUp
  | OpenWallet
  | TransferMoney
  | AuthorizePayment
  | OpenPaymentRequest
  | CancelPaymentRequest
  | DeclinePaymentRequest
  | TransferSigned
  | CapturePayment
  | RedeemPayment
  | VoidPayment
  | RefundPayment
  | DispatchPayment
  | ApprovePayment
  | DenyPayment
  | CreateGrant
  | RevokeGrant
  | ExtendPayment
  | ResolvePayment
  | LapsePayment
  | LapseSession;

export type CommandType = Command['type'];
