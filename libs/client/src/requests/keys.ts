export interface IssueKeyRequest {
  role: 'admin' | 'operator' | 'orchestrator' | 'finance';
  name: string;
}
